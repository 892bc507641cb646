//! Start, stop, delete.

use crate::house::{Answer, House};
use nova_objects::{Instance, NovaObject, RequestContext, TaskState, Tracked, VmState};
use serde_json::json;

async fn act(house: &House, instance: &Tracked<Instance>, action: &str) -> Answer {
    let url = format!("/v2.1/servers/{}/action", instance.uuid);
    house.post("alice", &url, json!({ action: null })).await
}

async fn delete(house: &House, instance: &Tracked<Instance>) -> Answer {
    house.ask("alice", &format!("DELETE /v2.1/servers/{}", instance.uuid), None).await
}

async fn row(house: &House, instance: &Tracked<Instance>) -> Tracked<Instance> {
    let everything = RequestContext::admin().reading_deleted();
    Instance::get(&*house.store, &everything, &instance.uuid).await.unwrap()
}

#[tokio::test]
async fn an_action_sets_its_task_and_is_cast_to_the_instances_host() {
    let house = House::new().await;
    for (action, from, task, method) in [
        ("os-stop", VmState::Active, TaskState::PoweringOff, "stop_instance"),
        ("os-stop", VmState::Error, TaskState::PoweringOff, "stop_instance"),
        ("os-start", VmState::Stopped, TaskState::PoweringOn, "start_instance"),
    ] {
        let instance = house.server("web", |instance| instance.vm_state = from).await;
        let answer = act(&house, &instance, action).await;
        assert_eq!((answer.status.as_u16(), answer.body), (202, json!(null)), "{action}");
        assert_eq!(row(&house, &instance).await.task_state, Some(task));
        let [sent] = &house.sockets.sent()[..] else { panic!() };
        assert_eq!((&*sent.to, sent.method), ("compute.host-1", method));
        let travelling = &sent.args["instance"]["nova_object.data"];
        assert_eq!(travelling["uuid"], instance.uuid.as_str());
        assert_eq!(travelling["task_state"], task.as_str());
    }
    assert_eq!(house.actions().await, ["stop", "stop", "start"]);
}

#[tokio::test]
async fn an_action_in_the_wrong_state_is_a_conflict_that_says_which() {
    let house = House::new().await;
    type Change = fn(&mut Instance);
    let cases: [(&str, Change, &str); 7] = [
        ("os-start", |_| (), "Cannot 'start' instance ID while it is in vm_state active"),
        (
            "os-start",
            |i| i.vm_state = VmState::Error,
            "Cannot 'start' instance ID while it is in vm_state error",
        ),
        (
            "os-stop",
            |i| i.vm_state = VmState::Stopped,
            "Cannot 'stop' instance ID while it is in vm_state stopped",
        ),
        (
            "os-stop",
            |i| i.vm_state = VmState::Building,
            "Cannot 'stop' instance ID while it is in vm_state building",
        ),
        (
            "os-stop",
            |i| i.task_state = Some(TaskState::PoweringOff),
            "Cannot 'stop' instance ID while it is in task_state powering-off",
        ),
        ("os-stop", |i| i.launched_at = None, "Instance ID is in an invalid state for 'stop'"),
        ("os-stop", |i| i.host = None, "Instance ID is not ready"),
    ];
    for (action, change, message) in cases {
        let instance = house.server("web", change).await;
        let answer = act(&house, &instance, action).await;
        let message = message.replace("ID", &instance.uuid);
        assert_eq!(answer.fault(), (409, "conflictingRequest", &*message));
        assert_eq!(row(&house, &instance).await, instance, "nothing has changed");
    }
    assert!(house.sockets.sent().is_empty() && house.actions().await.is_empty());
}

#[tokio::test]
async fn of_many_who_stop_a_server_at_once_one_succeeds() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    let (a, b, c) = tokio::join!(
        act(&house, &instance, "os-stop"),
        act(&house, &instance, "os-stop"),
        act(&house, &instance, "os-stop")
    );
    let mut statuses = [a, b, c].map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409, 409]);
    assert_eq!(house.sockets.sent().len(), 1);
}

#[tokio::test]
async fn a_body_names_one_action_that_there_is() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    let url = format!("/v2.1/servers/{}/action", instance.uuid);
    for (body, message) in [
        (json!({ "os-fly": null }), "There is no such action: os-fly"),
        (json!({}), "Malformed request body"),
        (json!({ "os-start": null, "os-stop": null }), "Malformed request body"),
    ] {
        let answer = house.post("alice", &url, body).await;
        assert_eq!(answer.fault(), (400, "badRequest", message));
    }
}

#[tokio::test]
async fn a_server_whose_host_is_up_is_removed_by_its_host() {
    let house = House::new().await;
    house.compute_service(0).await;
    let instance = house.server("web", |_| ()).await;
    let answer = delete(&house, &instance).await;
    assert_eq!((answer.status.as_u16(), answer.body), (204, json!(null)));
    let [sent] = &house.sockets.sent()[..] else { panic!() };
    assert_eq!((&*sent.to, sent.method), ("compute.host-1", "terminate_instance"));
    let row = row(&house, &instance).await;
    assert_eq!((row.deleted, row.task_state), (false, Some(TaskState::Deleting)));
    let shown = house.get("alice", &format!("/v2.1/servers/{}", instance.uuid)).await;
    assert_eq!(shown.body["server"]["status"], "ACTIVE");

    assert_eq!(delete(&house, &instance).await.status, 204, "again");
    assert!(house.sockets.sent().is_empty(), "nobody is told twice");
    assert_eq!(house.actions().await, ["delete"]);
}

#[tokio::test]
async fn without_a_host_that_answers_the_row_goes_at_once() {
    let house = House::new().await;
    house.compute_service(61).await;
    let dead = house.server("dead", |_| ()).await;
    let nowhere = house.server("nowhere", |instance| {
        instance.host = None;
        instance.vm_state = VmState::Building;
        instance.task_state = Some(TaskState::Scheduling);
    });
    let nowhere = nowhere.await;
    for instance in [&dead, &nowhere] {
        assert_eq!(delete(&house, instance).await.status, 204);
        let row = row(&house, instance).await;
        assert_eq!((row.deleted, row.vm_state, row.task_state), (true, VmState::Deleted, None));
        assert!(row.terminated_at.is_some());
        let answer = house.get("alice", &format!("/v2.1/servers/{}", instance.uuid)).await;
        let message = format!("Instance {} could not be found.", instance.uuid);
        assert_eq!(answer.fault(), (404, "itemNotFound", &*message));
        assert_eq!(delete(&house, instance).await.status, 404, "again");
    }
    assert!(house.sockets.sent().is_empty());
}

#[tokio::test]
async fn nobody_touches_the_servers_of_another_project() {
    let house = House::new().await;
    house.compute_service(0).await;
    let instance = house.server("web", |_| ()).await;
    let url = format!("/v2.1/servers/{}", instance.uuid);
    let stop = Some(json!({ "os-stop": null }));
    for (line, body) in [
        (format!("GET {url}"), None),
        (format!("DELETE {url}"), None),
        (format!("POST {url}/action"), stop),
    ] {
        let answer = house.ask("mallory:bad", &line, body).await;
        let message = format!("Instance {} could not be found.", instance.uuid);
        assert_eq!(answer.fault(), (404, "itemNotFound", &*message), "{line}");
    }
    assert_eq!(house.get("mallory:bad", "/v2.1/servers").await.names(), [""; 0]);
    assert_eq!(row(&house, &instance).await, instance);
    assert_eq!(house.get("admin:bad", &url).await.status, 200, "an administrator may");
}

#[tokio::test]
async fn who_was_left_half_deleted_without_a_host_can_be_deleted_again() {
    let house = House::new().await;
    let instance = house
        .server("web", |instance| {
            instance.vm_state = VmState::Building;
            instance.task_state = Some(TaskState::Deleting);
            instance.host = None;
        })
        .await;
    assert_eq!(delete(&house, &instance).await.status, 204);
    assert!(row(&house, &instance).await.deleted);
    assert!(house.sockets.sent().is_empty(), "there is nobody to tell");
}
