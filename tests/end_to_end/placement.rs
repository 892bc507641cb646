//! Where users and administrators want servers to be, and where they are.

use crate::{
    client::{Client, DEMO},
    house::{Host, House, host, no_quota, tiny},
};
use futures_util::future::join_all;
use http::Method;
use nova_compute::{FakeDriver, Resources};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

const NO_VALID_HOST: &str = "No valid host was found. There are not enough hosts available.";

const NAMES: [&str; 3] = ["host-1", "host-2", "host-3"];

fn hosts() -> Vec<Host> {
    NAMES.map(|name| (name, Arc::new(host(name, 65536)))).into()
}

/// Makes a server group, and gives its id.
async fn group(client: &Client, policy: &str) -> String {
    let wish = json!({ "server_group": { "name": "web", "policies": [policy] } });
    let headers = [("content-type", "application/json"), ("x-openstack-nova-api-version", "2.15")];
    let made = client.send(Method::POST, "/os-server-groups", &headers, wish.to_string()).await;
    made.json(200)["server_group"]["id"].as_str().unwrap().to_owned()
}

fn hinting(name: &str, hints: &Value) -> Value {
    let mut wish = tiny(name);
    wish["os:scheduler_hints"] = hints.clone();
    wish
}

fn in_zone(zone: &str) -> Value {
    let mut wish = tiny("placed");
    wish["server"]["availability_zone"] = zone.into();
    wish
}

/// Where the server is; or, of one that is in ERROR, why.
fn place(server: &Value) -> &str {
    let place = match server["status"].as_str().unwrap() {
        "ACTIVE" => &server["OS-EXT-SRV-ATTR:host"],
        "ERROR" => &server["fault"]["message"],
        status => panic!("a server stays in {status}: {server}"),
    };
    place.as_str().unwrap()
}

/// Asks for a server, and says what becomes of it.
async fn placed(client: &Client, wish: &Value) -> String {
    let id = client.boot(wish).await;
    place(&client.settled(&id).await).to_owned()
}

/// The same for many, one after the other.
async fn placed_in_turn(client: &Client, wish: &Value, count: usize) -> Vec<String> {
    let mut places = Vec::new();
    for _ in 0..count {
        places.push(placed(client, wish).await);
    }
    places
}

#[tokio::test]
async fn a_group_that_wants_to_be_apart_has_a_member_a_host_and_no_more() {
    let house = House::of(&hosts()).await;
    let group = group(&house.admin, "anti-affinity").await;
    let wish = hinting("apart", &json!({ "group": group }));
    let mut places = placed_in_turn(&house.admin, &wish, 4).await;
    assert_eq!(places.pop().unwrap(), NO_VALID_HOST);
    places.sort();
    assert_eq!(places, NAMES);
    house.stop().await;
}

/// A single request counts its own servers too, and is granted as a whole or not at all.
#[tokio::test]
async fn members_that_are_asked_for_together_are_apart_or_are_not() {
    let house = House::of(&hosts()).await;
    let admin = &house.admin;
    for (count, expected) in [(4, [NO_VALID_HOST; 4].as_slice()), (3, &NAMES)] {
        let group = group(admin, "anti-affinity").await;
        let mut wish = hinting(&format!("of-{count}"), &json!({ "group": group }));
        wish["server"]["min_count"] = count.into();
        admin.boot(&wish).await;
        let group = admin.get(&format!("/os-server-groups/{group}")).await.json(200);
        let mut places = Vec::new();
        for id in group["server_group"]["members"].as_array().unwrap() {
            places.push(place(&admin.settled(id.as_str().unwrap()).await).to_owned());
        }
        places.sort();
        assert_eq!(places, expected);
    }
    house.stop().await;
}

#[tokio::test]
async fn a_group_that_wants_to_be_together_is() {
    let house = House::of(&hosts()).await;
    let alone = placed_in_turn(&house.admin, &tiny("alone"), 3).await;
    assert_eq!(BTreeSet::from_iter(&alone).len(), 3, "who does not care is spread");
    let group = group(&house.admin, "affinity").await;
    let wish = hinting("together", &json!({ "group": group }));
    let places = placed_in_turn(&house.admin, &wish, 5).await;
    assert!(NAMES.contains(&&*places[0]), "{places:?}");
    assert_eq!(BTreeSet::from_iter(&places).len(), 1, "{places:?}");
    house.stop().await;
}

/// None of them has a host yet when the scheduler looks for the others' hosts: what it cannot see,
/// the hosts do.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_group_whose_members_come_at_once_keeps_its_policy_too() {
    for policy in ["anti-affinity", "affinity"] {
        for _ in 0..2 {
            let house = House::of(&hosts()).await;
            let group = group(&house.admin, policy).await;
            let wish = hinting(policy, &json!({ "group": group }));
            let places = join_all((0..8).map(|_| placed(&house.admin, &wish))).await;
            let mut active = places.clone();
            active.retain(|place| NAMES.contains(&&**place));
            let hosts = BTreeSet::from_iter(&active).len();
            let expected = if policy == "affinity" { active.len().min(1) } else { active.len() };
            assert_eq!(hosts, expected, "{policy}: {places:?}");
            house.stop().await;
        }
    }
}

/// Without the policy, free memory speaks for the first host each time, or for another one each time.
#[tokio::test]
async fn a_soft_policy_is_a_wish_that_never_fails() {
    let mut conf = no_quota();
    conf.scheduler.disk_weight_multiplier = 0.0;
    conf.scheduler.io_ops_weight_multiplier = 0.0;
    conf.scheduler.soft_affinity_weight_multiplier = 10.0;
    conf.scheduler.soft_anti_affinity_weight_multiplier = 10.0;
    let one_large = [("host-1", 65536), ("host-2", 16384), ("host-3", 8192)];
    let alike = NAMES.map(|name| (name, 65536));
    for (policy, sizes, without, with) in
        [("soft-anti-affinity", one_large, 1, 3), ("soft-affinity", alike, 3, 1)]
    {
        let hosts = sizes.map(|(name, memory_mb)| (name, Arc::new(host(name, memory_mb))));
        let house = House::configured(conf.clone(), &hosts).await;
        let group = group(&house.admin, policy).await;
        for (wish, expected) in
            [(tiny("free"), without), (hinting(policy, &json!({ "group": group })), with)]
        {
            let places = placed_in_turn(&house.admin, &wish, 4).await;
            assert!(places.iter().all(|place| NAMES.contains(&&**place)), "{places:?}");
            assert_eq!(BTreeSet::from_iter(&places).len(), expected, "{wish}: {places:?}");
        }
        house.stop().await;
    }
}

#[tokio::test]
async fn a_server_is_near_to_others_or_far_from_them_if_it_is_asked_for() {
    let mut conf = no_quota();
    let more = ["SameHostFilter", "DifferentHostFilter"].map(str::to_owned);
    conf.scheduler.scheduler_default_filters.extend(more);
    let house = House::configured(conf, &hosts()[..2]).await;
    let id = house.admin.boot(&tiny("first")).await;
    let first = house.admin.settled(&id).await;
    let (first, other) = match place(&first) {
        "host-1" => ("host-1", "host-2"),
        _ => ("host-2", "host-1"),
    };
    let far = house.admin.boot(&hinting("far", &json!({ "different_host": id }))).await;
    assert_eq!(place(&house.admin.settled(&far).await), other);
    for (hints, expected) in [
        (json!({ "same_host": id }), first),
        (json!({ "same_host": [id] }), first),
        (json!({ "same_host": [far] }), other),
        (json!({ "different_host": [far] }), first),
        (json!({ "different_host": [id, far] }), NO_VALID_HOST),
        (json!({ "same_host": id, "different_host": id }), NO_VALID_HOST),
        (json!({ "same_host": "9bd4bbc4-8b0c-4a5c-a2a4-8b2f3a9e0a55" }), NO_VALID_HOST),
    ] {
        assert_eq!(placed(&house.admin, &hinting("vm", &hints)).await, expected, "{hints}");
    }
    house.stop().await;
}

/// A host with a hypervisor that is called otherwise.
fn node(host: &'static str, node: &str) -> Host {
    (host, Arc::new(FakeDriver::new(Resources { memory_mb: 65536, ..Resources::fake(node) })))
}

#[tokio::test]
async fn who_may_choose_the_host_is_obeyed() {
    let hosts = [node("host-1", "node-1"), node("host-2", "node-2"), node("host-3", "node-3")];
    let house = House::of(&hosts).await;
    for (zone, expected) in [
        ("nova:host-1", "host-1"),
        ("nova:host-2", "host-2"),
        ("nova:host-2:node-2", "host-2"),
        ("nova::node-3", "host-3"),
        (":host-3", "host-3"),
        ("nova:host-2:node-3", NO_VALID_HOST),
        ("nova:node-2", NO_VALID_HOST),
        ("nova:host-4", NO_VALID_HOST),
    ] {
        for _ in 0..2 {
            assert_eq!(placed(&house.admin, &in_zone(zone)).await, expected, "{zone}");
        }
    }
    let demo = house.admin.with_token(DEMO);
    let refused = demo.post("/servers", &in_zone("nova:host-1")).await.fault();
    let message = "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed.";
    assert_eq!((refused.0, &*refused.2), (403, message));
    house.stop().await;
}

#[tokio::test]
async fn a_zone_is_where_its_aggregate_is() {
    let house = House::of(&hosts()).await;
    let admin = &house.admin;
    let unknown = admin.post("/servers", &in_zone("east")).await.fault();
    assert_eq!((unknown.0, &*unknown.2), (400, "The requested availability zone is not available"));
    placed(admin, &tiny("before")).await;

    let wish = json!({ "aggregate": { "name": "rack", "availability_zone": "east" } });
    let made = admin.post("/os-aggregates", &wish).await.json(200);
    let action = format!("/os-aggregates/{}/action", made["aggregate"]["id"]);
    admin.post(&action, &json!({ "add_host": { "host": "host-3" } })).await.json(200);
    for (zone, expected) in [("east", &["host-3"][..]), ("nova", &["host-1", "host-2"])] {
        for _ in 0..4 {
            let id = admin.boot(&in_zone(zone)).await;
            let server = admin.settled(&id).await;
            assert!(expected.contains(&place(&server)), "{zone}: {server}");
            assert_eq!(server["OS-EXT-AZ:availability_zone"], zone);
        }
    }
    admin.post(&action, &json!({ "add_host": { "host": "host-1" } })).await.json(200);
    let places = placed_in_turn(admin, &in_zone("east"), 4).await;
    assert_eq!(BTreeSet::from_iter(places.iter().map(String::as_str)), ["host-1", "host-3"].into());
    admin.post(&action, &json!({ "remove_host": { "host": "host-3" } })).await.json(200);
    assert_eq!(placed_in_turn(admin, &in_zone("east"), 2).await, ["host-1"; 2]);
    house.stop().await;
}
