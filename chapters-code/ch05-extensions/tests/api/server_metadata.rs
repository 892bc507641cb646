//! `/servers/{server_id}/metadata`.

use crate::house::{House, IMAGE, PROJECT, image, wish_with};
use nova_extensions::QuotaOptions;
use nova_objects::{Instance, TaskState, VmState};
use serde_json::{Value, json};

async fn house() -> (House, String) {
    let house = House::new().await;
    let uuid = server(&house, |_| ()).await;
    (house, uuid)
}

/// A server with one note.
async fn server(house: &House, change: fn(&mut Instance)) -> String {
    let server = house.server("web", |instance| {
        instance.metadata.insert("a".into(), "1".into());
        change(instance);
    });
    server.await.uuid.clone()
}

#[tokio::test]
async fn notes_are_added_replaced_and_taken_away() {
    let (house, uuid) = house().await;
    let all = format!("/v2.1/{PROJECT}/servers/{uuid}/metadata");
    for (line, body, code, answer) in [
        ("GET", None, 200, json!({ "metadata": { "a": "1" } })),
        ("POST", Some(json!({ "metadata": { "b": "2" } })), 200, {
            json!({ "metadata": { "a": "1", "b": "2" } })
        }),
        ("PUT /a", Some(json!({ "meta": { "a": "3" } })), 200, json!({ "meta": { "a": "3" } })),
        ("GET /a", None, 200, json!({ "meta": { "a": "3" } })),
        ("DELETE /a", None, 204, Value::Null),
        ("GET", None, 200, json!({ "metadata": { "b": "2" } })),
        ("PUT", Some(json!({ "metadata": { "c": "" } })), 200, json!({ "metadata": { "c": "" } })),
        ("GET", None, 200, json!({ "metadata": { "c": "" } })),
        ("PUT", Some(json!({ "metadata": {} })), 200, json!({ "metadata": {} })),
    ] {
        let (method, path) = line.split_once(' ').unwrap_or((line, ""));
        let answered = house.ask("alice", &format!("{method} {all}{path}"), body).await;
        assert_eq!((answered.status.as_u16(), answered.body), (code, answer), "{line}");
    }
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_and_nothing_changes() {
    let (house, uuid) = house().await;
    let invalid = "Invalid input for field/attribute";
    for (line, body, code, text) in [
        ("GET /x", None, 404, "Metadata item was not found".into()),
        ("DELETE /x", None, 404, "Metadata item was not found".into()),
        ("PUT /a", Some(json!({ "meta": { "b": "2" } })), 400, {
            "Request body and URI mismatch".into()
        }),
        ("PUT /a", Some(json!({ "meta": {} })), 400, {
            format!("{invalid} meta. Value: {{}}. {{}} does not have enough properties")
        }),
        ("PUT /a", Some(json!({ "meta": { "a": "1", "b": "2" } })), 400, {
            format!(
                "{invalid} meta. Value: {{'a': '1', 'b': '2'}}. \
                 {{'a': '1', 'b': '2'}} has too many properties"
            )
        }),
        ("POST", Some(json!({ "metadata": { "a": 1 } })), 400, {
            format!("{invalid} a. Value: 1. 1 is not of type 'string'")
        }),
        ("PUT", Some(json!({})), 400, "'metadata' is a required property".into()),
    ] {
        let (method, path) = line.split_once(' ').unwrap_or((line, ""));
        let line = format!("{method} /v2.1/servers/{uuid}/metadata{path}");
        let answer = house.ask("alice", &line, body).await;
        let (status, _, message) = answer.fault();
        assert_eq!((status, message), (code, &*text), "{line}");
    }
    let [server] = &house.instances().await[..] else { panic!("one server") };
    assert_eq!(json!(server.metadata), json!({ "a": "1" }));
}

#[tokio::test]
async fn a_server_that_is_not_there_or_not_ready_takes_no_notes() {
    let house = House::new().await;
    let building = server(&house, |instance| instance.vm_state = VmState::Building).await;
    let locked = server(&house, |instance| instance.locked = true).await;
    let unborn = server(&house, |instance| instance.launched_at = None).await;
    let busy = server(&house, |instance| instance.task_state = Some(TaskState::PoweringOff)).await;
    let other = server(&house, |instance| instance.project_id = "bad".into()).await;
    let body = json!({ "metadata": { "b": "2" } });
    for (token, uuid, action, text) in [
        (
            "alice",
            &building,
            "POST",
            "Cannot 'update metadata' instance {} while it is in vm_state building",
        ),
        (
            "alice",
            &building,
            "DELETE",
            "Cannot 'delete metadata' instance {} while it is in vm_state building",
        ),
        ("alice", &locked, "POST", "Instance {} is locked"),
        ("alice", &locked, "DELETE", "Instance {} is locked"),
        ("alice", &unborn, "POST", "Instance {} is in an invalid state for 'update metadata'"),
        ("alice", &other, "POST", "Instance {} could not be found."),
        ("alice", &other, "DELETE", "Instance {} could not be found."),
    ] {
        let path = if action == "DELETE" { "/a" } else { "" };
        let line = format!("{action} /v2.1/servers/{uuid}/metadata{path}");
        let body = (action == "POST").then(|| body.clone());
        let answer = house.ask(token, &line, body).await;
        let (code, _, message) = answer.fault();
        let expected = if uuid == &other { 404 } else { 409 };
        assert_eq!((code, message), (expected, &*text.replace("{}", uuid)), "{line}");
    }
    for (token, uuid) in [("alice", &busy), ("admin", &locked)] {
        let url = format!("/v2.1/servers/{uuid}/metadata");
        assert_eq!(house.post(token, &url, body.clone()).await.status, 200, "{token}");
    }
    let foreign = house.get("alice", &format!("/v2.1/servers/{other}/metadata")).await;
    assert_eq!(foreign.status, 404);
}

#[tokio::test]
async fn a_server_has_room_for_so_many_notes() {
    let quota = QuotaOptions { quota_metadata_items: 2, ..QuotaOptions::default() };
    let house = House::with(vec![image(IMAGE)], |plugs| plugs.plug(quota)).await;
    let uuid = server(&house, |_| ()).await;
    let url = format!("/v2.1/servers/{uuid}/metadata");
    let fits = house.post("alice", &url, json!({ "metadata": { "a": "2", "b": "" } })).await;
    assert_eq!(fits.status, 200);
    let full = (403, "forbidden", "Maximum number of metadata items exceeds 2");
    let too_many = house.post("alice", &url, json!({ "metadata": { "c": "" } })).await;
    assert_eq!(too_many.fault(), full);
    let three = json!({ "a": "", "b": "", "c": "" });
    let create = house.post("alice", "/v2.1/servers", wish_with("metadata", three)).await;
    assert_eq!(create.fault(), full);
    let [server] = &house.instances().await[..] else { panic!("one server") };
    assert_eq!(json!(server.metadata), json!({ "a": "2", "b": "" }));
}
