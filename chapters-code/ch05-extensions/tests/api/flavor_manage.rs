//! Making and removing flavors.

use crate::house::House;
use nova_objects::{Flavor, NovaObject, Query, RequestContext, Tracked};
use serde_json::{Value, json};

/// The smallest wish for a flavor, with `field` as `value`; a null takes it away.
fn wish(field: &str, value: Value) -> Value {
    let mut flavor = json!({ "name": "big", "id": "99", "ram": 1024, "vcpus": 2, "disk": 10 });
    flavor[field] = value;
    flavor.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    json!({ "flavor": flavor })
}

async fn flavors(house: &House) -> Vec<Tracked<Flavor>> {
    Flavor::list(&*house.store, &RequestContext::admin(), Query::all()).await.unwrap()
}

#[tokio::test]
async fn a_flavor_is_made_is_there_for_all_and_is_removed() {
    let house = House::new().await;
    let answer = house.post("admin", "/v2.1/flavors", wish("swap", json!("512"))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let shown = house.get("alice", "/v2.1/flavors/99").await;
    assert_eq!(answer.body["flavor"], shown.body["flavor"], "the answer shows what is there");
    let flavor = &shown.body["flavor"];
    for (key, value) in [
        ("name", json!("big")),
        ("ram", json!(1024)),
        ("vcpus", json!(2)),
        ("disk", json!(10)),
        ("swap", json!(512)),
        ("OS-FLV-EXT-DATA:ephemeral", json!(0)),
        ("os-flavor-access:is_public", json!(true)),
        ("rxtx_factor", json!(1.0)),
    ] {
        assert_eq!(flavor[key], value, "{key}");
    }
    let answer = house.ask("admin", "DELETE /v2.1/flavors/99", None).await;
    assert_eq!((answer.status.as_u16(), answer.body), (202, Value::Null));
    assert_eq!(house.get("alice", "/v2.1/flavors/99").await.status, 404);
    let again = house.ask("admin", "DELETE /v2.1/flavors/99", None).await;
    assert_eq!(again.fault(), (404, "itemNotFound", "Flavor 99 could not be found."));
}

#[tokio::test]
async fn everything_about_it_can_be_said_in_more_than_one_way() {
    let house = House::new().await;
    for (id, field, value, key, shown) in [
        (json!("a"), "ram", json!("2048"), "ram", json!(2048)),
        (json!("b c"), "os-flavor-access:is_public", json!("no"), "os-flavor-access:is_public", {
            json!(false)
        }),
        (json!(6), "rxtx_factor", json!("2.5"), "rxtx_factor", json!(2.5)),
        (json!("d"), "rxtx_factor", json!(3), "rxtx_factor", json!(3.0)),
        (json!("e"), "disk", json!(0), "disk", json!(0)),
        (json!("f"), "OS-FLV-EXT-DATA:ephemeral", json!(7), "OS-FLV-EXT-DATA:ephemeral", json!(7)),
        (json!("g"), "vcpus", json!(2_147_483_647), "vcpus", json!(2_147_483_647)),
    ] {
        let mut wish = wish(field, value);
        wish["flavor"]["id"] = id.clone();
        wish["flavor"]["name"] = json!(format!("flavor {id}").replace('"', ""));
        let answer = house.post("admin", "/v2.1/flavors", wish).await;
        assert_eq!(answer.status, 200, "{field} {}", answer.body);
        assert_eq!(answer.body["flavor"][key], shown, "{field}");
    }
    for unnamed in [
        wish("id", Value::Null),
        json!({ "flavor": {
        "name": "unnamed", "id": null, "ram": 1, "vcpus": 1, "disk": 1,
    } }),
    ] {
        let answer = house.post("admin", "/v2.1/flavors", unnamed).await;
        let id = answer.body["flavor"]["id"].as_str().unwrap();
        assert_eq!(id.len(), 36, "a UUID is made up: {id}");
    }
}

fn invalid(field: &str, value: &str, problem: &str) -> String {
    format!("Invalid input for field/attribute {field}. Value: {value}. {problem}")
}

#[tokio::test]
async fn a_body_that_says_what_it_should_not_is_refused() {
    let house = House::new().await;
    for (field, value, message) in [
        ("name", Value::Null, invalid("flavor", "", "'name' is a required property")),
        ("ram", Value::Null, invalid("flavor", "", "'ram' is a required property")),
        ("ram", json!(0), invalid("ram", "0", "0 is less than the minimum of 1")),
        ("vcpus", json!("0"), invalid("vcpus", "0", "0 is less than the minimum of 1")),
        ("ram", json!("much"), invalid("ram", "much", "'much' does not match '^[0-9]+$'")),
        ("disk", json!(-1), invalid("disk", "-1", "-1 is less than the minimum of 0")),
        ("disk", json!(2_147_483_648_i64), {
            invalid("disk", "2147483648", "2147483648 is greater than the maximum of 2147483647")
        }),
        ("swap", json!("2147483648"), {
            invalid("swap", "2147483648", "2147483648 is greater than the maximum of 2147483647")
        }),
        ("disk", json!(1.5), invalid("disk", "1.5", "1.5 is not of type 'integer', 'string'")),
        ("id", json!(""), invalid("id", "", "'' is too short")),
        ("id", json!(" 1"), invalid("id", " 1", "' 1' does not match ")),
        ("id", json!("1 "), invalid("id", "1 ", "'1 ' does not match ")),
        ("id", json!("a/b"), invalid("id", "a/b", "'a/b' does not match ")),
        (
            "id",
            json!(true),
            invalid("id", "True", "True is not of type 'string', 'number', 'null'"),
        ),
        ("rxtx_factor", json!(0), {
            invalid("rxtx_factor", "0", "0 is less than or equal to the minimum of 0")
        }),
        ("rxtx_factor", json!("0"), {
            "Invalid input received: 'rxtx_factor' argument must be a float between 0 and ".into()
        }),
        ("rxtx_factor", json!(1e39), {
            "Invalid input received: 'rxtx_factor' argument must be a float between 0 and ".into()
        }),
        ("rxtx_factor", json!("-1"), invalid("rxtx_factor", "-1", "'-1' does not match ")),
        ("os-flavor-access:is_public", json!("perhaps"), {
            invalid("os-flavor-access:is_public", "perhaps", "'perhaps' is not one of [True, ")
        }),
        ("colour", json!("red"), {
            invalid("flavor", "", "Additional properties are not allowed ('colour' was unexpected)")
        }),
    ] {
        let answer = house.post("admin", "/v2.1/flavors", wish(field, value.clone())).await;
        let (code, name, found) = answer.fault();
        assert_eq!((code, name), (400, "badRequest"), "{field} {value}: {found}");
        // Where the object itself is wrong, the message repeats it.
        let (start, end) = message.split_once("Value: . ").unwrap_or((&*message, ""));
        assert!(found.starts_with(start) && found.ends_with(end), "{found}");
    }
    assert_eq!(flavors(&house).await.len(), 5, "nothing is written down");
}

#[tokio::test]
async fn names_and_ids_are_there_once() {
    let house = House::new().await;
    let both = json!({ "flavor": {
        "name": "m1.tiny", "id": "1", "ram": 1, "vcpus": 1, "disk": 1,
    } });
    for (wish, message) in [
        (wish("id", json!("1")), "Flavor with ID 1 already exists."),
        (wish("id", json!(1)), "Flavor with ID 1 already exists."),
        (wish("name", json!("m1.tiny")), "Flavor with name m1.tiny already exists."),
        (both, "Flavor with ID 1 already exists."),
    ] {
        let answer = house.post("admin", "/v2.1/flavors", wish).await;
        assert_eq!(answer.fault(), (409, "conflictingRequest", message));
    }
    assert_eq!(flavors(&house).await.len(), 5);
}

#[tokio::test]
async fn only_administrators_make_and_remove_flavors() {
    let house = House::new().await;
    let wish = wish("swap", json!(1));
    for (line, body) in [("POST /v2.1/flavors", Some(wish)), ("DELETE /v2.1/flavors/1", None)] {
        let answer = house.ask("alice", line, body).await;
        let message = "Policy doesn't allow os_compute_api:os-flavor-manage to be performed.";
        assert_eq!(answer.fault(), (403, "forbidden", message));
    }
    assert_eq!(flavors(&house).await.len(), 5);
}
