//! Closing a server, and who may open it again.

use crate::house::House;
use serde_json::json;

#[tokio::test]
async fn who_locked_a_server_can_unlock_it_and_an_administrator_always_can() {
    let house = House::new().await;
    let (lock, unlock) = (json!({ "lock": null }), json!({ "unlock": null }));
    for (locks, by, unlocks, status) in [
        ("alice", "owner", "alice", 202),
        ("alice", "owner", "admin:other", 202),
        ("admin:other", "admin", "alice", 403),
        ("admin:other", "admin", "admin:other", 202),
    ] {
        let instance = house.server("web", |_| ()).await;
        let answer = house.act(locks, &instance, lock.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.body), (202, json!(null)));
        let row = house.row(&instance).await;
        assert_eq!((row.locked, row.locked_by.as_deref()), (true, Some(by)), "{locks}");
        let shown = house.get("alice@2.9", &format!("/v2.1/servers/{}", instance.uuid)).await;
        assert_eq!(shown.body["server"]["locked"], true);

        let answer = house.act(unlocks, &instance, unlock.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{locks} {unlocks}");
        let row = house.row(&instance).await;
        assert_eq!(row.locked, status != 202);
        if status == 403 {
            let rule = "os_compute_api:os-lock-server:unlock:unlock_override";
            let message = format!("Policy doesn't allow {rule} to be performed.");
            assert_eq!(answer.fault(), (403, "forbidden", &*message));
            assert_eq!(row.locked_by.as_deref(), Some(by));
        }
    }
    assert!(house.sockets.sent().is_empty() && house.actions().await.is_empty());
}

#[tokio::test]
async fn an_owner_does_not_take_over_an_administrators_lock() {
    let house = House::new().await;
    let instance = house.server("web", |_| ()).await;
    for (locks, by) in [("admin:other", "admin"), ("alice", "admin"), ("admin:other", "admin")] {
        assert_eq!(house.act(locks, &instance, json!({ "lock": null })).await.status, 202);
        assert_eq!(house.row(&instance).await.locked_by.as_deref(), Some(by), "{locks}");
    }
}
