//! A server comes to life, or does not.

use crate::{
    client::DEMO,
    house::{House, sized, tiny},
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_server_is_promised_at_once_and_active_soon() {
    let house = House::new().await;
    let created = house.admin.post("/servers", &tiny("first")).await;
    let server = &created.json(202)["server"];
    let id = server["id"].as_str().unwrap();
    let own = created.header("location");
    assert_eq!(server["links"][0], json!({ "rel": "self", "href": own }));
    assert!(own.ends_with(&format!("/v2.1/servers/{id}")), "{own}");
    assert_eq!(server["adminPass"].as_str().unwrap().len(), 12);
    let server = house.admin.settled(id).await;
    let expected = json!({
        "id": id,
        "name": "first",
        "status": "ACTIVE",
        "progress": 0,
        "tenant_id": "00000000000000000000000000000001",
        "user_id": "admin",
        "OS-EXT-STS:vm_state": "active",
        "OS-EXT-STS:task_state": null,
        "OS-EXT-STS:power_state": 1,
        "OS-EXT-SRV-ATTR:host": "host-2",
        "OS-EXT-SRV-ATTR:hypervisor_hostname": "host-2",
        "OS-EXT-AZ:availability_zone": "nova",
    });
    assert_eq!(only(&server, &expected), expected);
    assert!(server["OS-SRV-USG:launched_at"].is_string());
    assert_eq!(server["flavor"]["id"], "1");
    assert!(server.get("fault").is_none(), "{server}");
    house.stop().await;
}

/// The keys of `document` that `wanted` has.
fn only(document: &Value, wanted: &Value) -> Value {
    let keys = wanted.as_object().unwrap().keys();
    keys.map(|key| (key.clone(), document[key].clone())).collect()
}

#[tokio::test]
async fn a_server_that_fits_nowhere_is_in_error_and_says_why() {
    let house = House::new().await;
    let id = house.admin.boot(&sized("huge", "5")).await;
    let server = house.admin.settled(&id).await;
    assert_eq!(
        (&server["status"], &server["OS-EXT-SRV-ATTR:host"]),
        (&"ERROR".into(), &Value::Null)
    );
    assert_eq!(server["fault"]["code"], 500);
    let message = "No valid host was found. There are not enough hosts available.";
    assert_eq!(server["fault"]["message"], message);
    house.stop().await;
}

/// Of the large ones three would fit; but it is all or none.
#[tokio::test]
async fn servers_made_together_are_numbered_and_share_their_fate() {
    let house = House::new().await;
    for (token, flavor, count, status) in
        [(DEMO, "1", 3, "ACTIVE"), ("other:def456", "4", 4, "ERROR")]
    {
        let client = house.admin.with_token(token);
        let mut wish = sized("vm", flavor);
        wish["server"]["min_count"] = count.into();
        client.boot(&wish).await;
        let list = client.get("/servers").await.json(200);
        let mut fates = Vec::new();
        for server in list["servers"].as_array().unwrap() {
            let server = client.settled(server["id"].as_str().unwrap()).await;
            fates.push(format!("{} {}", server["name"], server["status"]));
        }
        fates.sort();
        let expected: Vec<_> = (1..=count).map(|n| format!("\"vm-{n}\" \"{status}\"")).collect();
        assert_eq!(fates, expected);
    }
    house.stop().await;
}

#[tokio::test]
async fn a_server_is_nobody_elses_business() {
    let house = House::new().await;
    let id = house.admin.boot(&tiny("mine")).await;
    house.admin.settled(&id).await;
    let demo = house.admin.with_token(DEMO);
    let unseen = (404, "itemNotFound".to_owned(), format!("Instance {id} could not be found."));
    assert_eq!(demo.get(&format!("/servers/{id}")).await.fault(), unseen);
    assert_eq!(demo.action(&id, "os-stop").await.fault(), unseen);
    assert_eq!(demo.delete(&format!("/servers/{id}")).await.fault(), unseen);
    assert_eq!(demo.get("/servers/detail").await.json(200), json!({ "servers": [] }));
    assert_eq!(demo.get("/servers?all_tenants=1").await.fault().0, 403);

    let theirs = demo.boot(&tiny("theirs")).await;
    let server = demo.settled(&theirs).await;
    assert_eq!(server["tenant_id"], "abc123");
    assert_ne!(server["hostId"], "", "they may know which of their servers share a host");
    assert!(server.get("OS-EXT-SRV-ATTR:host").is_none(), "and not which host that is");
    let count = |list: Value| list["servers"].as_array().unwrap().len();
    assert_eq!(count(house.admin.get("/servers").await.json(200)), 1);
    assert_eq!(count(house.admin.get("/servers?all_tenants=1").await.json(200)), 2);
    assert_eq!(house.admin.show(&theirs).await["name"], "theirs");
    house.stop().await;
}
