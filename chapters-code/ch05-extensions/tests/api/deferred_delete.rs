//! Servers that are deleted, but not gone.

use crate::house::{House, IMAGE, PROJECT, image};
use nova_extensions::{ComputeApiOptions, QuotaOptions};
use nova_objects::{DateTime, Instance, TaskState, Tracked, VmState};
use serde_json::json;

/// A house in which what is deleted can be restored.
async fn forgiving() -> House {
    let options = ComputeApiOptions { reclaim_instance_interval: 60, ..Default::default() };
    let quota = QuotaOptions {
        quota_instances: 1,
        quota_cores: -1,
        quota_ram: -1,
        ..QuotaOptions::default()
    };
    let plug = |plugs: nova_objects::Plugs| plugs.plug(options.clone()).plug(quota);
    House::with(vec![image(IMAGE)], plug).await
}

async fn delete(house: &House, instance: &Instance) -> u16 {
    let line = format!("DELETE /v2.1/servers/{}", instance.uuid);
    house.ask("alice", &line, None).await.status.as_u16()
}

async fn put_away(house: &House) -> Tracked<Instance> {
    let instance = house.server("web", |instance| {
        instance.vm_state = VmState::SoftDelete;
        instance.deleted_at = Some(DateTime::now());
    });
    instance.await
}

#[tokio::test]
async fn a_server_that_ran_is_put_away_by_its_host() {
    let house = forgiving().await;
    house.compute_service(0).await;
    let instance = house.server("web", |_| ()).await;
    assert_eq!(delete(&house, &instance).await, 204);
    let row = house.row(&instance).await;
    assert_eq!((row.deleted, row.task_state), (false, Some(TaskState::SoftDeleting)));
    assert!(row.deleted_at.is_some());
    let [sent] = &house.sockets.sent()[..] else { panic!() };
    assert_eq!(sent.method, "soft_delete_instance");
    assert_eq!(delete(&house, &instance).await, 204, "again");
    assert!(house.sockets.sent().is_empty(), "nobody is told twice");
    assert_eq!(house.actions().await, ["delete"]);
}

#[tokio::test]
async fn a_server_whose_host_is_down_is_put_away_at_once() {
    let house = forgiving().await;
    house.compute_service(61).await;
    let instance = house.server("web", |_| ()).await;
    assert_eq!(delete(&house, &instance).await, 204);
    let row = house.row(&instance).await;
    assert_eq!((row.vm_state, row.task_state, row.deleted), (VmState::SoftDelete, None, false));
    assert!(house.sockets.sent().is_empty());
}

#[tokio::test]
async fn a_server_that_never_ran_is_gone() {
    let house = forgiving().await;
    house.compute_service(0).await;
    for host in [Some("host-1"), None] {
        let instance = house.server("web", |instance| {
            instance.launched_at = None;
            instance.host = host.map(str::to_owned);
        });
        let instance = instance.await;
        assert_eq!(delete(&house, &instance).await, 204);
        let told: Vec<_> = house.sockets.sent().iter().map(|sent| sent.method).collect();
        assert_eq!(told, Vec::from_iter(host.map(|_| "terminate_instance")));
        assert_eq!(house.row(&instance).await.deleted, host.is_none());
    }
}

#[tokio::test]
async fn what_is_put_away_is_in_no_list_and_takes_no_quota_but_can_be_shown() {
    let house = forgiving().await;
    let instance = put_away(&house).await;
    assert_eq!(house.get("alice", "/v2.1/servers").await.names(), [""; 0]);
    let shown = house.get("alice", &format!("/v2.1/servers/{}", instance.uuid)).await;
    assert_eq!(shown.body["server"]["status"], "SOFT_DELETED");
    let create = house.post("alice", "/v2.1/servers", crate::house::wish()).await;
    assert_eq!(create.status, 202, "{}", create.body);
}

#[tokio::test]
async fn what_is_put_away_can_be_brought_back_if_there_is_room() {
    let house = forgiving().await;
    let restore = json!({ "restore": null });
    let instance = put_away(&house).await;
    assert_eq!(house.act("alice", &instance, restore.clone()).await.status, 202);
    let row = house.row(&instance).await;
    assert_eq!((row.task_state, row.deleted_at), (Some(TaskState::Restoring), None));
    let [sent] = &house.sockets.sent()[..] else { panic!() };
    assert_eq!((&*sent.to, sent.method), ("compute.host-1", "restore_instance"));

    house.server("in the way", |_| ()).await;
    let late = put_away(&house).await;
    let refused = house.act("alice", &late, restore).await;
    let message = "Quota exceeded for instances: Requested 1, but already used 2 of 1 instances";
    assert_eq!(refused.fault(), (403, "forbidden", message));
    assert_eq!(house.row(&late).await, late, "nothing has changed");
}

#[tokio::test]
async fn without_a_host_a_server_is_brought_back_at_once() {
    let house = forgiving().await;
    let instance = house.server("web", |instance| {
        instance.vm_state = VmState::SoftDelete;
        instance.host = None;
    });
    let instance = instance.await;
    assert_eq!(house.act("alice", &instance, json!({ "restore": null })).await.status, 202);
    let row = house.row(&instance).await;
    assert_eq!((row.vm_state, row.task_state), (VmState::Active, None));
    assert!(house.sockets.sent().is_empty());
}

#[tokio::test]
async fn who_cannot_wait_has_it_deleted_for_good() {
    let house = forgiving().await;
    house.compute_service(0).await;
    let instance = put_away(&house).await;
    assert_eq!(house.act("alice", &instance, json!({ "forceDelete": null })).await.status, 202);
    let [sent] = &house.sockets.sent()[..] else { panic!() };
    assert_eq!(sent.method, "terminate_instance");
    assert_eq!(house.row(&instance).await.task_state, Some(TaskState::Deleting));
    assert_eq!(house.actions().await, ["delete"]);
    let stranger = format!("mallory:{PROJECT}0");
    let other = house.act(&stranger, &instance, json!({ "forceDelete": null })).await;
    assert_eq!(other.status, 404);
}
