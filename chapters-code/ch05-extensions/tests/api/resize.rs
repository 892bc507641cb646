//! Giving a server another size, and deciding whether it stays so.

use crate::house::{House, IMAGE, image};
use nova_extensions::{ComputeApiOptions, QuotaOptions};
use nova_objects::{
    DateTime, Flavor, Instance, Migration, NovaObject, Query, RequestContext, Service, TaskState,
    Tracked, VmState,
};
use serde_json::{Value, json};

fn resize(flavor_ref: impl Into<Value>) -> Value {
    json!({ "resize": { "flavorRef": flavor_ref.into() } })
}

/// A server of the flavor 2, `m1.small`, as the store has it.
async fn small(house: &House, change: impl Fn(&mut Instance)) -> Tracked<Instance> {
    let admin = RequestContext::admin();
    let flavor = Flavor::get(&*house.store, &admin, "2").await.unwrap();
    let instance = house.server("web", |instance| {
        instance.flavor = (*flavor).clone();
        (instance.vcpus, instance.memory_mb) = (flavor.vcpus, flavor.memory_mb);
        change(instance);
    });
    instance.await
}

#[tokio::test]
async fn the_scheduler_is_asked_for_another_host_of_the_new_size() {
    let house = House::new().await;
    for wish in [json!("3"), json!(3)] {
        let instance = small(&house, |i| i.availability_zone = Some("west".into())).await;
        let mut body = resize(wish);
        body["resize"]["OS-DCF:diskConfig"] = json!("MANUAL");
        let answer = house.act("alice", &instance, body).await;
        assert_eq!((answer.status.as_u16(), answer.body), (202, json!(null)));
        let row = house.row(&instance).await;
        assert_eq!(row.task_state, Some(TaskState::ResizePrep));
        assert_eq!((row.flavor.flavorid.as_str(), row.auto_disk_config), ("2", false));
        let [sent] = &house.sockets.sent()[..] else { panic!() };
        assert_eq!((&*sent.to, sent.method), ("scheduler", "prep_resize"));
        let spec = &sent.args["request_spec"];
        assert_eq!(spec["flavor"]["flavorid"], "3");
        assert_eq!(
            (&spec["image"]["id"], &spec["availability_zone"]),
            (&json!(IMAGE), &json!("west"))
        );
        assert_eq!(sent.args["filter_properties"]["ignore_hosts"], json!(["host-1"]));
    }
    assert_eq!(house.actions().await, ["resize", "resize"]);
}

#[tokio::test]
async fn a_server_may_stay_on_its_host_if_the_operator_says_so() {
    let options = ComputeApiOptions { allow_resize_to_same_host: true, ..Default::default() };
    let house = House::with(vec![image(IMAGE)], |plugs| plugs.plug(options.clone())).await;
    let instance = small(&house, |_| ()).await;
    assert_eq!(house.act("alice", &instance, resize(json!("3"))).await.status, 202);
    let [sent] = &house.sockets.sent()[..] else { panic!() };
    assert_eq!(sent.args["filter_properties"]["ignore_hosts"], json!([]));
}

#[tokio::test]
async fn a_size_that_a_server_cannot_have_is_refused() {
    let house = House::new().await;
    let admin = RequestContext::admin();
    for (id, root_gb, disabled) in [("diskless", 0, false), ("old", 20, true)] {
        let flavor = Flavor { disabled, ..Flavor::new(id, id, 2048, 1, root_gb) };
        flavor.create(&*house.store, &admin).await.unwrap();
    }
    let instance = small(&house, |_| ()).await;
    for (wish, message) in [
        ("2", "When resizing, instances must change flavor!"),
        ("9", "Flavor 9 could not be found."),
        (
            "http://nova.example/flavors/3",
            "Flavor http://nova.example/flavors/3 could not be found.",
        ),
        ("old", "Flavor old could not be found."),
        (
            "diskless",
            "Server disk was unable to be resized because: \
             Resize to zero disk flavor is not allowed.",
        ),
    ] {
        let answer = house.act("alice", &instance, resize(wish)).await;
        assert_eq!(answer.fault(), (400, "badRequest", message));
    }
    assert_eq!(house.row(&instance).await, instance);
    assert!(house.sockets.sent().is_empty() && house.actions().await.is_empty());
}

#[tokio::test]
async fn a_project_gets_no_larger_than_its_quota() {
    let quota = QuotaOptions {
        quota_instances: 1,
        quota_cores: 2,
        quota_ram: 4096,
        ..QuotaOptions::default()
    };
    let house = House::with(vec![image(IMAGE)], |plugs| plugs.plug(quota)).await;
    let instance = small(&house, |_| ()).await;
    let answer = house.act("alice", &instance, resize("4")).await;
    let message = "Quota exceeded for cores, ram: Requested 3, 6144, \
                   but already used 1, 2048 of 2, 4096 cores, ram";
    assert_eq!(answer.fault(), (403, "forbidden", message));
    assert_eq!(house.row(&instance).await, instance);
    assert_eq!(house.act("alice", &instance, resize("3")).await.status, 202, "just so");
    let smaller = small(&house, |_| ()).await;
    assert_eq!(house.act("alice", &smaller, resize("1")).await.status, 202, "down always fits");
}

#[tokio::test]
async fn a_move_that_is_finished_can_be_confirmed_or_reverted_once() {
    let house = House::new().await;
    let admin = RequestContext::admin();
    for (action, code, host, task, status, recorded) in [
        (
            "confirmResize",
            204,
            "compute.host-0",
            TaskState::ResizeConfirming,
            "confirming",
            "confirmResize",
        ),
        (
            "revertResize",
            202,
            "compute.host-1",
            TaskState::ResizeReverting,
            "reverting",
            "revertResize",
        ),
    ] {
        let instance = small(&house, |instance| instance.vm_state = VmState::Resized).await;
        let body = json!({ action: null });
        let [_, _, medium, ..] = Flavor::defaults();
        for status in ["error", "confirmed"] {
            let mut old = Migration::new(&instance, &medium, "host-9", "node-9");
            old.status = status.into();
            old.create(&*house.store, &admin).await.unwrap();
        }
        let answer = house.act("alice", &instance, body.clone()).await;
        assert_eq!(answer.fault(), (400, "badRequest", "Instance has not been resized."));
        assert_eq!(house.row(&instance).await, instance, "nothing has changed");

        let mut migration = Migration::new(&instance, &medium, "host-1", "node-1");
        (migration.source_compute, migration.status) = ("host-0".into(), "finished".into());
        let migration = migration.create(&*house.store, &admin).await.unwrap();
        let answer = house.act("alice", &instance, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.body), (code, json!(null)));
        assert_eq!(house.row(&instance).await.task_state, Some(task));
        let query = Query::all().with("id", migration.id);
        let now = Migration::find(&*house.store, &admin, query).await.unwrap().unwrap();
        assert_eq!(now.status, status);
        let [sent] = &house.sockets.sent()[..] else { panic!() };
        assert_eq!(sent.to, host);
        let travelling = &sent.args["migration"]["nova_object.data"];
        assert_eq!((&travelling["id"], &travelling["status"]), (&json!(now.id), &json!(status)));
        assert_eq!(house.actions().await.last().unwrap(), recorded);
        assert_eq!(house.act("alice", &instance, body).await.status, 409, "again");
    }
}

/// A resized server that went from host-0, which was seen so many seconds ago, to host-1.
async fn resized(house: &House, status: &str, seconds: i64) -> Tracked<Instance> {
    let admin = RequestContext::admin();
    let instance = small(house, |instance| instance.vm_state = VmState::Resized).await;
    let [_, _, medium, ..] = Flavor::defaults();
    let mut migration = Migration::new(&instance, &medium, "host-1", "node-1");
    (migration.source_compute, migration.status) = ("host-0".into(), status.into());
    migration.create(&*house.store, &admin).await.unwrap();
    let mut source = Service::new("host-0", "nova-compute", "compute");
    source.last_seen_up = Some(DateTime::now().plus_seconds(-seconds));
    source.create(&*house.store, &admin).await.unwrap();
    instance
}

#[tokio::test]
async fn who_deletes_a_resized_server_confirms_it_on_the_way() {
    let (confirm, delete) =
        (("compute.host-0", "confirm_resize"), ("compute.host-1", "terminate_instance"));
    for (status, seconds, told, actions) in [
        ("finished", 0, &[confirm, delete][..], &["confirmResize", "delete"][..]),
        ("confirming", 0, &[confirm, delete], &["confirmResize", "delete"]),
        ("confirmed", 0, &[delete], &["delete"]),
        ("finished", 61, &[delete], &["delete"]),
    ] {
        let house = House::new().await;
        house.compute_service(0).await;
        let instance = resized(&house, status, seconds).await;
        let line = format!("DELETE /v2.1/servers/{}", instance.uuid);
        assert_eq!(house.ask("alice", &line, None).await.status, 204, "{status}");
        let sent = house.sockets.sent();
        let sent: Vec<_> = sent.iter().map(|sent| (&*sent.to, sent.method)).collect();
        assert_eq!(sent, told, "{status}");
        assert_eq!(house.actions().await, actions, "{status}");
        assert_eq!(house.row(&instance).await.task_state, Some(TaskState::Deleting), "{status}");
    }
}
