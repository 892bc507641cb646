//! What it means for an answer to have the shape of a sample.

#[path = "vectors/shape.rs"]
mod shape;

use serde_json::{Value, json};
use shape::Documented;

/// What is wrong with `live` as an answer of `shape`, where there is one other sample.
fn problem(live: &Value, shape: &Value) -> String {
    let other = json!({ "servers": ["list", { "status": "string" }] });
    Documented::of([shape, &other]).check(live, shape).err().unwrap_or_default()
}

#[test]
fn each_key_of_a_sample_is_there_with_its_type() {
    let shape = json!({ "server": { "id": "string", "up": "bool", "key_name": "null" } });
    for (server, expected) in [
        (json!({ "id": "a", "up": true, "key_name": null }), ""),
        (json!({ "id": "a", "up": true, "key_name": "mine" }), ""),
        (json!({ "id": "a", "up": true }), "/server has no key_name"),
        (json!({ "id": null, "up": true, "key_name": null }), {
            "/server/id is null, and should be a \"string\""
        }),
        (json!({ "id": "a", "up": 1, "key_name": null }), {
            "/server/up is 1, and should be a \"bool\""
        }),
        (json!([]), "/server is [], not an object"),
    ] {
        assert_eq!(problem(&json!({ "server": server }), &shape), expected);
    }
}

#[test]
fn a_list_has_a_first_element_if_that_of_the_sample_has() {
    let shape = json!({ "flavors": ["list", { "id": "string" }], "links": ["list"] });
    for (flavors, links, expected) in [
        (json!([{ "id": "1" }, 5]), json!([]), ""),
        (json!([{ "id": "1" }]), json!(["whatever"]), ""),
        (json!([]), json!([]), "/flavor is empty"),
        (json!([{ "id": 1 }]), json!([]), "/flavor/id is 1, and should be a \"string\""),
        (json!([{ "id": "1" }]), json!(null), "/link is null, not a list"),
    ] {
        let live = json!({ "flavors": flavors, "links": links });
        assert_eq!(problem(&live, &shape), expected);
    }
}

#[test]
fn a_key_that_the_sample_lacks_is_known_from_another_one_or_is_data() {
    let shape = json!({ "server": { "id": "string", "metadata": { "a": "string" } } });
    let live = |more: &str| json!({ "id": "1", "metadata": { "a": "", "b": "" }, more: "x" });
    assert_eq!(problem(&json!({ "server": live("status") }), &shape), "");
    let strange = "/server has a key that no sample has: colour";
    assert_eq!(problem(&json!({ "server": live("colour") }), &shape), strange);
}
