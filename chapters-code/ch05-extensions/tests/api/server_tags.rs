//! `/servers/{server_id}/tags`.

use crate::house::{House, PROJECT};
use nova_objects::{Instance, VmState};
use serde_json::{Value, json};

#[tokio::test]
async fn tags_are_tied_to_a_server_and_taken_off() {
    let house = House::new().await;
    let uuid = house.server("web", |_| ()).await.uuid.clone();
    let all = format!("/v2.1/{PROJECT}/servers/{uuid}/tags");
    for (line, body, code, answer) in [
        ("GET", None, 200, json!({ "tags": [] })),
        ("PUT", Some(json!({ "tags": ["b", "a", "b"] })), 200, json!({ "tags": ["a", "b"] })),
        ("PUT /c", None, 201, Value::Null),
        ("PUT /c", Some(Value::Null), 204, Value::Null),
        ("GET /c", None, 204, Value::Null),
        ("DELETE /a", None, 204, Value::Null),
        ("GET", None, 200, json!({ "tags": ["b", "c"] })),
        ("DELETE", None, 204, Value::Null),
        ("GET", None, 200, json!({ "tags": [] })),
    ] {
        let (method, path) = line.split_once(' ').unwrap_or((line, ""));
        let answered = house.ask("alice@2.26", &format!("{method} {all}{path}"), body).await;
        assert_eq!((answered.status.as_u16(), answered.body), (code, answer), "{line}");
        let location = (code == 201).then(|| format!("http://v2.example:8774{all}{path}"));
        assert_eq!(answered.location, location, "{line}");
    }
}

#[tokio::test]
async fn what_is_no_tag_or_one_too_many_is_refused() {
    let house = House::new().await;
    let full = |instance: &mut Instance| {
        instance.tags = (0..50).map(|number| number.to_string()).collect();
    };
    let uuid = house.server("web", full).await.uuid.clone();
    let long = "x".repeat(61);
    let rule = "It must be a non empty string without characters '/' and ','.";
    let no_tag = |tag: &str, problem: String| {
        format!("Tag '{tag}' is invalid. {rule} Validation error message: {problem}")
    };
    let slash = json!({ "tags": ["a/b"] });
    for (line, body, code, text) in [
        ("GET /x".to_owned(), None, 404, format!("Server {uuid} has no tag 'x'")),
        ("DELETE /x".into(), None, 404, format!("Instance {uuid} has no tag 'x'")),
        ("PUT /0".into(), None, 400, {
            "The number of tags exceeded the per-server limit 50".into()
        }),
        ("PUT /a,b".into(), None, 400, {
            no_tag("a,b", "'a,b' does not match '^[^,/]*$'".to_owned())
        }),
        (format!("PUT /{long}"), None, 400, no_tag(&long, format!("'{long}' is too long"))),
        ("PUT /a".into(), Some(json!({})), 400, "{} is not of type 'null'".into()),
        ("PUT".into(), Some(slash), 400, {
            "Invalid input for field/attribute 0. Value: a/b. \
             'a/b' does not match '^[^,/]*$'"
                .into()
        }),
    ] {
        let (method, path) = line.split_once(' ').unwrap_or((&line, ""));
        let line = format!("{method} /v2.1/servers/{uuid}/tags{path}");
        let answer = house.ask("alice@2.26", &line, body).await;
        let (status, _, message) = answer.fault();
        assert_eq!((status, message), (code, &*text), "{line}");
    }
    let many: Vec<String> = (0..51).map(|number| number.to_string()).collect();
    let line = format!("PUT /v2.1/servers/{uuid}/tags");
    let answer = house.ask("alice@2.26", &line, Some(json!({ "tags": many }))).await;
    assert!(answer.fault().2.ends_with("is too long"), "{}", answer.body);
}

#[tokio::test]
async fn a_server_in_the_making_and_older_clients_have_none() {
    let house = House::new().await;
    let building = |instance: &mut Instance| instance.vm_state = VmState::Building;
    let uuid = house.server("web", building).await.uuid.clone();
    for (line, body, action) in [
        ("PUT /a", None, "update tag"),
        ("PUT", Some(json!({ "tags": [] })), "update tags"),
        ("DELETE /a", None, "delete tag"),
        ("DELETE", None, "delete tags"),
    ] {
        let (method, path) = line.split_once(' ').unwrap_or((line, ""));
        let url = format!("/v2.1/servers/{uuid}/tags{path}");
        let answer = house.ask("alice@2.26", &format!("{method} {url}"), body.clone()).await;
        let text = format!("Cannot '{action}' instance {uuid} while it is in vm_state building");
        assert_eq!(answer.fault(), (409, "conflictingRequest", &*text), "{line}");
        let older = house.ask("alice@2.25", &format!("{method} {url}"), body).await;
        assert_eq!(older.status, 404, "{line}");
    }
    let other = house.server("other", |instance| instance.project_id = "bad".into()).await;
    let url = format!("/v2.1/servers/{}/tags", other.uuid);
    assert_eq!(house.get("alice@2.26", &url).await.status, 404);
}
