//! Servers that change their size, and are deleted before anybody says whether it is to stay.

use crate::house::{Host, House, host, no_quota, tiny};
use nova_compute::ComputeDriver;
use nova_objects::{Instance, Migration, NovaObject, Query, RequestContext};
use serde_json::json;
use std::sync::Arc;

/// A cloud of two hosts, of which the first is as `source` has it, and a server that has gone from
/// there to the second.
async fn resized(source: nova_compute::FakeDriver) -> (House, [Host; 2], String) {
    let hosts = [("host-1", Arc::new(source)), ("host-2", Arc::new(host("host-2", 8192)))];
    let house = House::configured(no_quota(), &hosts).await;
    let id = house.admin.boot(&tiny("vm")).await;
    assert_eq!(house.admin.settled(&id).await["OS-EXT-SRV-ATTR:host"], "host-1");
    let wish = json!({ "resize": { "flavorRef": "2" } });
    let accepted = house.admin.post(&format!("/servers/{id}/action"), &wish).await;
    assert_eq!(accepted.status, 202, "{}", accepted.body);
    let server = house.admin.settled(&id).await;
    assert_eq!(
        (&server["status"], &server["OS-EXT-SRV-ATTR:host"]),
        (&json!("VERIFY_RESIZE"), &json!("host-2"))
    );
    (house, hosts, id)
}

/// Has the host still got the guest that it has put aside?
async fn keeps(host: &Host, instance: &Instance) -> bool {
    let context = RequestContext::admin();
    host.1.finish_revert_migration(&context, instance, false).await.is_ok()
}

#[tokio::test]
async fn a_resized_server_that_is_deleted_leaves_nothing_on_either_host() {
    let (house, hosts, id) = resized(host("host-1", 65536)).await;
    let admin = &house.admin;
    assert_eq!(admin.delete(&format!("/servers/{id}")).await.status, 204);
    admin.until_gone(&id).await;
    let context = RequestContext::admin().reading_deleted();
    let instance = Instance::get(&house.rows, &context, &id).await.unwrap();
    for host in &hosts {
        assert!(!keeps(host, &instance).await, "{}", host.0);
    }
    let migrations = Migration::list(&house.rows, &context, Query::all()).await.unwrap();
    assert_eq!(migrations.iter().map(|it| &*it.status).collect::<Vec<_>>(), ["confirmed"]);
    house.stop().await;
}

#[tokio::test]
async fn a_resized_server_that_cannot_be_confirmed_is_in_error_and_can_be_deleted() {
    let torn = host("host-1", 65536).failing("confirm_migration", "torn");
    let (house, hosts, id) = resized(torn).await;
    let admin = &house.admin;
    assert_eq!(admin.delete(&format!("/servers/{id}")).await.fault().0, 500);
    let server = admin.settled(&id).await;
    assert_eq!((&server["status"], &server["fault"]["message"]), (&json!("ERROR"), &json!("torn")));
    assert_eq!(admin.delete(&format!("/servers/{id}")).await.status, 204);
    admin.until_gone(&id).await;
    let context = RequestContext::admin().reading_deleted();
    let instance = Instance::get(&house.rows, &context, &id).await.unwrap();
    assert!(keeps(&hosts[0], &instance).await);
    house.stop().await;
}
