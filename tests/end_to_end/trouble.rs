//! Hypervisors that are slow or broken, and users who change their mind.

use crate::house::{House, guests, host, no_quota, tiny};
use futures_util::future::join_all;
use serde_json::Value;
use std::{sync::Arc, time::Duration};

#[tokio::test]
async fn a_server_that_one_host_cannot_spawn_lives_on_another() {
    let broken = Arc::new(host("host-1", 65536).failing("spawn", "no power"));
    let sound = Arc::new(host("host-2", 8192));
    let house = House::of(&[("host-1", broken.clone()), ("host-2", sound.clone())]).await;
    let before = house.nodes().await;
    let id = house.admin.boot(&tiny("vm")).await;
    let server = house.admin.settled(&id).await;
    assert_eq!(server["status"], "ACTIVE");
    assert_eq!(server["OS-EXT-SRV-ATTR:host"], "host-2", "the larger one was tried first");
    assert!(server.get("fault").is_none(), "{server}");
    assert_eq!((guests(&broken).await.len(), guests(&sound).await.len()), (0, 1));
    house.admin.delete(&format!("/servers/{id}")).await;
    house.until_used_as(&before).await;
    house.stop().await;
}

#[tokio::test]
async fn a_server_that_nobody_can_spawn_says_what_was_tried() {
    let no_host = "No valid host was found. There are not enough hosts available.";
    let retries = "Exceeded maximum number of retries. Exceeded max scheduling attempts 3 \
                   for instance {id}. Last exception: no power";
    for (hosts, attempts, message) in
        [(1, 3, no_host), (2, 3, no_host), (3, 3, retries), (4, 3, retries), (4, 1, "no power")]
    {
        let names = ["host-1", "host-2", "host-3", "host-4"].into_iter().take(hosts);
        let broken = |name| (name, Arc::new(host(name, 8192).failing("spawn", "no power")));
        let hosts: Vec<_> = names.map(broken).collect();
        let mut conf = no_quota();
        conf.scheduler.scheduler_max_attempts = attempts;
        let house = House::configured(conf, &hosts).await;
        let before = house.nodes().await;
        let id = house.admin.boot(&tiny("vm")).await;
        let server = house.admin.settled(&id).await;
        assert_eq!(server["status"], "ERROR");
        assert_eq!(server["OS-EXT-SRV-ATTR:host"], Value::Null);
        assert_eq!(server["fault"]["code"], 500);
        assert_eq!(server["fault"]["message"], message.replace("{id}", &id), "{}", hosts.len());
        house.until_used_as(&before).await;
        house.stop().await;
    }
}

#[tokio::test]
async fn a_server_deleted_while_it_is_spawned_leaves_nothing() {
    let slow = Arc::new(host("host-1", 8192).delaying("spawn", Duration::from_millis(300)));
    let house = House::of(&[("host-1", slow.clone())]).await;
    let before = house.nodes().await;
    let id = house.admin.boot(&tiny("vm")).await;
    house.admin.until_busy(&id, "spawning").await;
    let path = format!("/servers/{id}");
    assert_eq!(house.admin.delete(&path).await.status, 204);
    let again = house.admin.delete(&path).await.status;
    assert!(matches!(again, 204 | 404), "to delete it twice is no mistake: {again}");
    house.admin.until_gone(&id).await;
    house.until_used_as(&before).await;
    assert!(guests(&slow).await.is_empty());
    house.stop().await;
}

/// The row, the claim and the guest may each be there or not when the deletion comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_deleted_at_any_moment_of_their_making_leave_nothing() {
    let slow = |name| Arc::new(host(name, 65536).delaying("spawn", Duration::from_millis(3)));
    let hosts = [("host-1", slow("host-1")), ("host-2", slow("host-2"))];
    let house = House::of(&hosts).await;
    let before = house.nodes().await;
    let story = async |patience| {
        let id = house.admin.boot(&tiny("vm")).await;
        tokio::time::sleep(Duration::from_millis(patience)).await;
        assert_eq!(house.admin.delete(&format!("/servers/{id}")).await.status, 204);
        house.admin.until_gone(&id).await;
    };
    join_all((0..60).map(story)).await;
    house.until_used_as(&before).await;
    for (name, driver) in &hosts {
        assert!(guests(driver).await.is_empty(), "{name}");
    }
    house.stop().await;
}

#[tokio::test]
async fn a_server_that_cannot_be_deleted_says_so_and_can_be_deleted_later() {
    let stuck = Arc::new(host("host-1", 8192).failing("destroy", "the disk is busy"));
    let house = House::of(&[("host-1", stuck.clone())]).await;
    let id = house.admin.boot(&tiny("vm")).await;
    house.admin.settled(&id).await;
    let path = format!("/servers/{id}");
    for _ in 0..2 {
        assert_eq!(house.admin.delete(&path).await.status, 204);
        let server = house.admin.settled(&id).await;
        assert_eq!(server["status"], "ERROR");
        assert_eq!(server["fault"]["message"], "the disk is busy");
    }
    house.stop().await;
}
