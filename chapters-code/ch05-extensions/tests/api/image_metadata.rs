//! `/images/{image_id}/metadata`.

use crate::house::{House, PROJECT};
use nova_extensions::QuotaOptions;
use nova_objects::ImageMeta;
use serde_json::{Value, json};

const IMAGE: &str = "11111111-1111-1111-1111-111111111111";

/// An image with one note, in a house that allows three.
async fn house() -> House {
    let image = json!({
        "id": IMAGE, "name": "cirros", "status": "active", "visibility": "public", "os": "linux",
    });
    let image: ImageMeta = serde_json::from_value(image).unwrap();
    let quota = QuotaOptions { quota_metadata_items: 3, ..QuotaOptions::default() };
    House::with(vec![image], |plugs| plugs.plug(quota)).await
}

#[tokio::test]
async fn notes_are_added_replaced_and_taken_away() {
    let house = house().await;
    let all = format!("/v2.1/{PROJECT}/images/{IMAGE}/metadata");
    for (line, body, code, answer) in [
        ("GET", None, 200, json!({ "metadata": { "os": "linux" } })),
        ("POST", Some(json!({ "metadata": { "b": "2" } })), 200, {
            json!({ "metadata": { "b": "2", "os": "linux" } })
        }),
        ("PUT /os", Some(json!({ "meta": { "os": "bsd" } })), 200, {
            json!({ "meta": { "os": "bsd" } })
        }),
        ("GET /os", None, 200, json!({ "meta": { "os": "bsd" } })),
        ("DELETE /os", None, 204, Value::Null),
        ("GET", None, 200, json!({ "metadata": { "b": "2" } })),
        ("PUT", Some(json!({ "metadata": { "c": "" } })), 200, json!({ "metadata": { "c": "" } })),
    ] {
        let (method, path) = line.split_once(' ').unwrap_or((line, ""));
        let answered = house.ask("alice", &format!("{method} {all}{path}"), body).await;
        assert_eq!((answered.status.as_u16(), answered.body), (code, answer), "{line}");
    }
    let image = house.get("alice", &format!("/v2.1/images/{IMAGE}")).await.body;
    assert_eq!(image["image"]["name"], "cirros");
    assert_eq!(image["image"]["metadata"], json!({ "c": "" }));
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_and_nothing_changes() {
    let house = house().await;
    let four = json!({ "metadata": { "a": "", "b": "", "c": "", "d": "" } });
    let owner = json!({ "metadata": { "owner": "me" } });
    for (line, body, code, text) in [
        ("GET /x", None, 404, "The resource could not be found."),
        ("DELETE /x", None, 404, "Invalid metadata key"),
        // What Glance says of an image is nobody's note.
        ("GET /visibility", None, 404, "The resource could not be found."),
        ("DELETE /visibility", None, 404, "Invalid metadata key"),
        ("POST", Some(owner.clone()), 400, "Invalid image metadata"),
        ("PUT", Some(owner), 400, "Invalid image metadata"),
        ("PUT /name", Some(json!({ "meta": { "name": "x" } })), 400, "Invalid image metadata"),
        ("PUT /os", Some(json!({ "meta": { "b": "" } })), 400, "Request body and URI mismatch"),
        ("PUT", Some(four), 403, "Image metadata limit exceeded"),
    ] {
        let (method, path) = line.split_once(' ').unwrap_or((line, ""));
        let line = format!("{method} /v2.1/images/{IMAGE}/metadata{path}");
        let answer = house.ask("alice", &line, body).await;
        let (status, _, message) = answer.fault();
        assert_eq!((status, message), (code, text), "{line}");
    }
    let left = house.get("alice", &format!("/v2.1/images/{IMAGE}/metadata")).await;
    assert_eq!(left.body, json!({ "metadata": { "os": "linux" } }));
    let none = house.get("alice", "/v2.1/images/x/metadata").await;
    assert_eq!(none.fault(), (404, "itemNotFound", "Image not found."));
}
