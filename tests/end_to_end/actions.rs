//! What can be done to a server that is there: stop, start, delete.

use crate::house::{House, eventually, host, no_quota, tiny};
use nova_objects::{Instance, NovaObject, PowerState, RequestContext, VmState};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

#[tokio::test]
async fn a_server_is_stopped_started_and_deleted() {
    let house = House::new().await;
    let before = house.nodes().await;
    let admin = &house.admin;
    let id = admin.boot(&tiny("vm")).await;
    for (action, status, vm_state, power_state) in [
        ("", "ACTIVE", "active", 1),
        ("os-stop", "SHUTOFF", "stopped", 4),
        ("os-start", "ACTIVE", "active", 1),
    ] {
        if !action.is_empty() {
            let accepted = admin.action(&id, action).await;
            assert_eq!((accepted.status, accepted.body.as_str()), (202, ""), "{action}");
        }
        let server = admin.settled(&id).await;
        assert_eq!(server["status"], status, "{action}");
        assert_eq!(server["OS-EXT-STS:vm_state"], vm_state, "{action}");
        assert_eq!(server["OS-EXT-STS:power_state"], power_state, "{action}");
        assert_eq!(server["OS-EXT-SRV-ATTR:host"], "host-2", "it keeps its host");
    }
    let deleted = admin.delete(&format!("/servers/{id}")).await;
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    admin.until_gone(&id).await;
    let gone = (404, "itemNotFound".to_owned(), format!("Instance {id} could not be found."));
    assert_eq!(admin.delete(&format!("/servers/{id}")).await.fault(), gone);
    house.until_used_as(&before).await;
    house.stop().await;
}

#[tokio::test]
async fn a_guest_that_switches_itself_off_is_a_stopped_server() {
    let hosts = [("host-1", Arc::new(host("host-1", 8192)))];
    let house = House::configured(no_quota(), &hosts).await;
    let admin = &house.admin;
    let id = admin.boot(&tiny("vm")).await;
    admin.settled(&id).await;
    let instance = Instance::get(&house.rows, &RequestContext::admin(), &id).await.unwrap();
    hosts[0].1.set_power_state(&instance, PowerState::Shutdown);
    let server = eventually("it is seen to be off", async || {
        let server = admin.settled(&id).await;
        (server["status"] == "SHUTOFF").then_some(server)
    });
    assert_eq!(server.await["OS-EXT-STS:power_state"], 4);
    let actions = admin.get(&format!("/servers/{id}/os-instance-actions")).await.json(200);
    let stop = &actions["instanceActions"][0];
    assert_eq!((&stop["action"], &stop["user_id"]), (&json!("stop"), &json!(null)));
    assert_eq!(admin.action(&id, "os-start").await.status, 202);
    assert_eq!(admin.settled(&id).await["status"], "ACTIVE");
    house.stop().await;
}

#[tokio::test]
async fn what_is_not_allowed_now_is_refused_with_the_reason() {
    let house = House::new().await;
    let admin = &house.admin;
    let running = admin.boot(&tiny("running")).await;
    let stopped = admin.boot(&tiny("stopped")).await;
    let broken = admin.boot(&crate::house::sized("broken", "5")).await;
    for id in [&running, &stopped, &broken] {
        admin.settled(id).await;
    }
    assert_eq!(admin.action(&stopped, "os-stop").await.status, 202);
    admin.settled(&stopped).await;
    for (id, action, refusal) in [
        (&running, "os-start", "Cannot 'start' instance {} while it is in vm_state active"),
        (&stopped, "os-stop", "Cannot 'stop' instance {} while it is in vm_state stopped"),
        (&broken, "os-start", "Cannot 'start' instance {} while it is in vm_state error"),
        (&broken, "os-stop", "Instance {} is in an invalid state for 'stop'"),
    ] {
        let refusal = refusal.replace("{}", id);
        let fault = admin.action(id, action).await.fault();
        assert_eq!(fault, (409, "conflictingRequest".to_owned(), refusal));
    }
    house.stop().await;
}

#[tokio::test]
async fn an_image_of_a_server_is_filled() {
    let house = House::new().await;
    let admin = &house.admin;
    let id = admin.boot(&tiny("vm")).await;
    admin.settled(&id).await;
    let wish = json!({ "createImage": { "name": "copy" } });
    let accepted = admin.post(&format!("/servers/{id}/action"), &wish).await;
    assert_eq!(accepted.status, 202, "{}", accepted.body);
    let image = accepted.header("location").rsplit('/').next().unwrap().to_owned();
    let filled = async {
        while admin.get(&format!("/images/{image}")).await.json(200)["image"]["status"] != "ACTIVE"
        {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(10), filled).await.expect("it is not left empty");
    assert_eq!(admin.settled(&id).await["status"], "ACTIVE");
    house.stop().await;
}

#[tokio::test]
async fn what_was_accepted_is_done_before_the_cloud_stops() {
    for _ in 0..5 {
        let house = House::new().await;
        for _ in 0..6 {
            house.admin.boot(&tiny("vm")).await;
        }
        assert_eq!(house.stop_and_look().await, [VmState::Active; 6]);
    }
}
