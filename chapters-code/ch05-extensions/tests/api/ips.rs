//! `/servers/{server_id}/ips`, and when addresses are hidden.

use crate::house::{House, IMAGE, image};
use nova_extensions::HideServerAddressesOptions;
use nova_objects::{FixedIp, Instance, Vif, VmState};
use serde_json::json;

fn connected(instance: &mut Instance) {
    let ip =
        |address: &str, version| FixedIp { address: address.into(), version, kind: "fixed".into() };
    instance.network_info = vec![Vif {
        address: "fa:16:3e:00:00:01".into(),
        label: "private".into(),
        fixed_ips: vec![ip("10.0.0.2", 4), ip("fd00::2", 6)],
    }];
}

#[tokio::test]
async fn addresses_can_be_asked_for_by_network() {
    let house = House::new().await;
    let uuid = house.server("web", connected).await.uuid.clone();
    let private = json!([
        { "version": 4, "addr": "10.0.0.2" },
        { "version": 6, "addr": "fd00::2" },
    ]);
    let url = format!("/v2.1/servers/{uuid}/ips");
    let all = house.get("alice", &url).await;
    assert_eq!(all.body, json!({ "addresses": { "private": private } }));
    let one = house.get("alice", &format!("{url}/private")).await;
    assert_eq!(one.body, json!({ "private": private }));
    let none = house.get("alice", &format!("{url}/public")).await;
    let text = "Instance is not a member of specified network";
    assert_eq!(none.fault(), (404, "itemNotFound", text));
    assert_eq!(house.get("bob:bad", &url).await.status, 404);
}

#[tokio::test]
async fn addresses_are_hidden_from_users_while_a_server_is_built() {
    let building = |instance: &mut Instance| {
        connected(instance);
        instance.vm_state = VmState::Building;
    };
    let paused = HideServerAddressesOptions {
        osapi_hide_server_address_states: vec!["paused".into(), "nonsense".into()],
    };
    for (options, token, hidden) in [
        (HideServerAddressesOptions::default(), "alice", true),
        (HideServerAddressesOptions::default(), "admin", false),
        (paused, "alice", false),
    ] {
        let plug = |plugs: nova_objects::Plugs| plugs.plug(options.clone());
        let house = House::with(vec![image(IMAGE)], plug).await;
        let uuid = house.server("web", building).await.uuid.clone();
        let shown = house.get(token, &format!("/v2.1/servers/{uuid}")).await.body;
        let listed = house.get(token, "/v2.1/servers/detail").await.body;
        for server in [&shown["server"], &listed["servers"][0]] {
            assert_eq!(server["addresses"] == json!({}), hidden, "{token}: {server}");
        }
    }
}
