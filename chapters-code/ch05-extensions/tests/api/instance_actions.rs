//! What was done to servers, and by whom.

use crate::house::{House, PROJECT};
use nova_objects::{InstanceAction, InstanceActionEvent, NovaObject, RequestContext};
use serde_json::{Value, json};

/// The list, and the names of the actions in it.
async fn listed(house: &House, token: &str, uuid: &str) -> (u16, Vec<Value>) {
    let answer = house.get(token, &format!("/v2.1/servers/{uuid}/os-instance-actions")).await;
    let actions = answer.body["instanceActions"].as_array().cloned();
    (answer.status.as_u16(), actions.unwrap_or_default())
}

#[tokio::test]
async fn what_was_done_is_listed_the_newest_first_whoever_did_it() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    let other = house.server("other", |_| ()).await;
    house.act("alice", &other, json!({ "pause": null })).await;
    house.act("alice", &instance, json!({ "os-stop": null })).await;
    house.act("admin:root", &instance, json!({ "reboot": { "type": "HARD" } })).await;
    let reset = json!({ "os-resetState": { "state": "active" } });
    house.act("admin:root", &instance, reset).await;
    house.act("admin:root", &instance, json!({ "reboot": { "type": "HARD" } })).await;
    let (status, actions) = listed(&house, "alice", &instance.uuid).await;
    assert_eq!(status, 200);
    let names: Vec<_> = actions.iter().map(|a| (&a["action"], &a["project_id"])).collect();
    let (reboot, stop) = ((&json!("reboot"), &json!("root")), (&json!("stop"), &json!(PROJECT)));
    assert_eq!(names, [reboot, stop]);
    let action = actions[1].as_object().unwrap();
    let keys: Vec<_> = action.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["action", "instance_uuid", "request_id", "user_id", "project_id", "start_time", "message"]
    );
    assert_eq!(action["instance_uuid"], instance.uuid);
    assert_eq!(action["start_time"].as_str().unwrap().len(), "2012-12-05T00:00:00.000000".len());
    assert_eq!(listed(&house, "mallory:other", &instance.uuid).await.0, 404);
}

#[tokio::test]
async fn the_steps_of_an_action_are_shown_to_administrators() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    let context = RequestContext::new("alice", PROJECT);
    let action = InstanceAction::start(&context, &instance, "pause");
    action.create(&*house.store, &context).await.unwrap();
    for event in ["first", "second"] {
        let event = InstanceActionEvent::start(&context, &instance, event, "host-1");
        event.create(&*house.store, &context).await.unwrap();
    }
    let actions = format!("/v2.1/servers/{}/os-instance-actions", instance.uuid);
    let url = format!("{actions}/{}", context.request_id);
    let shown = house.get("alice", &url).await.body["instanceAction"].take();
    assert_eq!((&shown["action"], shown.get("events")), (&json!("pause"), None));
    let shown = house.get("admin", &url).await.body["instanceAction"].take();
    let events = shown["events"].as_array().unwrap();
    let names: Vec<_> = events.iter().map(|event| &event["event"]).collect();
    assert_eq!(names, ["second", "first"]);
    assert_eq!((&events[0]["result"], &events[0]["finish_time"]), (&json!(null), &json!(null)));
    let answer = house.get("alice", &format!("{actions}/req-none")).await;
    assert_eq!(answer.fault(), (404, "itemNotFound", "Action req-none not found"));
}

#[tokio::test]
async fn since_2_21_what_was_done_to_a_deleted_server_is_listed_too() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    house.ask("alice", &format!("DELETE /v2.1/servers/{}", instance.uuid), None).await;
    assert!(house.row(&instance).await.deleted);
    for (token, status) in [("alice@2.20", 404), ("alice@2.21", 200), ("mallory:other@2.21", 404)] {
        assert_eq!(listed(&house, token, &instance.uuid).await.0, status, "{token}");
    }
    let (_, actions) = listed(&house, "alice@2.21", &instance.uuid).await;
    assert_eq!(actions[0]["action"], "delete");
}
