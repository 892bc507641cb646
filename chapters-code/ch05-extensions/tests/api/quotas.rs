//! `/os-quota-sets`, `/limits`, and what quotas refuse.

use crate::house::{House, IMAGE, PROJECT, image, wish, wish_with};
use nova_extensions::QuotaOptions;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

const URL: &str = "/v2.1/os-quota-sets";

fn quota_set() -> Value {
    json!({
        "instances": 10, "cores": 20, "ram": 51200, "floating_ips": 10, "fixed_ips": -1,
        "metadata_items": 128, "injected_files": 5, "injected_file_content_bytes": 10240,
        "injected_file_path_bytes": 255, "security_groups": 10, "security_group_rules": 20,
        "key_pairs": 100, "server_groups": 10, "server_group_members": 10,
    })
}

fn with(mut set: Value, key: &str, value: impl Into<Value>) -> Value {
    set[key] = value.into();
    set
}

async fn update(house: &House, whose: &str, limits: Value) -> (u16, Value) {
    let url = format!("{URL}/{whose}");
    let answer = house.put("admin", &url, json!({ "quota_set": limits })).await;
    (answer.status.as_u16(), answer.body)
}

async fn limit(house: &House, whose: &str, resource: &str) -> Value {
    let answer = house.get("admin", &format!("{URL}/{whose}")).await;
    answer.body["quota_set"][resource].clone()
}

#[tokio::test]
async fn a_project_has_what_the_configuration_says_until_an_administrator_says_otherwise() {
    let house = House::new().await;
    let defaults = with(quota_set(), "id", PROJECT);
    for path in ["", "/defaults"] {
        let answer = house.get("alice", &format!("{URL}/{PROJECT}{path}")).await;
        assert_eq!(answer.body, json!({ "quota_set": defaults }), "{path}");
    }
    let updated = update(&house, PROJECT, json!({ "instances": 12, "cores": "-1" })).await;
    let set = with(with(quota_set(), "instances", 12), "cores", -1);
    assert_eq!(updated, (200, json!({ "quota_set": set })));
    let again = update(&house, PROJECT, json!({ "instances": 13 })).await;
    assert_eq!(again.1["quota_set"]["instances"], 13);
    let answer = house.get("alice", &format!("{URL}/{PROJECT}/defaults")).await;
    assert_eq!(answer.body, json!({ "quota_set": defaults }), "defaults stay");
    assert_eq!(limit(&house, "other", "instances").await, 10, "and so do others");
    assert_eq!(house.delete("admin", &format!("{URL}/{PROJECT}")).await.status, 202);
    assert_eq!(limit(&house, PROJECT, "instances").await, 10);
}

#[tokio::test]
async fn a_user_has_what_the_project_has_or_a_part_of_it() {
    let house = House::new().await;
    let alice = format!("{PROJECT}?user_id=alice");
    update(&house, PROJECT, json!({ "instances": 6 })).await;
    assert_eq!(limit(&house, &alice, "instances").await, 6);
    assert_eq!(update(&house, &alice, json!({ "instances": 4 })).await.0, 200);
    assert_eq!(limit(&house, &alice, "instances").await, 4);
    assert_eq!(limit(&house, PROJECT, "instances").await, 6);
    for (whose, wanted, message) in [
        (format!("{PROJECT}?user_id=bob"), 3, {
            "Quota limit 3 for instances must be less than or equal to 2."
        }),
        (format!("{PROJECT}?user_id=bob"), -1, {
            "Quota limit -1 for instances must be less than or equal to 2."
        }),
        (alice.clone(), 7, "Quota limit 7 for instances must be less than or equal to 6."),
        (PROJECT.into(), 3, {
            "Quota limit 3 for instances must be greater than or equal to \
             already used and reserved 4."
        }),
    ] {
        let (status, body) = update(&house, &whose, json!({ "instances": wanted })).await;
        assert_eq!((status, &body["badRequest"]["message"]), (400, &json!(message)), "{whose}");
    }
    assert_eq!(house.delete("admin", &format!("{URL}/{alice}")).await.status, 202);
    assert_eq!(limit(&house, &alice, "instances").await, 6);
}

#[tokio::test]
async fn a_limit_below_what_is_in_use_takes_force() {
    let house = House::new().await;
    house.server("one", |_| ()).await;
    house.server("two", |instance| instance.user_id = "bob".into()).await;
    house.server("other", |instance| instance.project_id = "other".into()).await;
    let (status, body) = update(&house, PROJECT, json!({ "ram": 5, "instances": 1 })).await;
    let message = "Quota limit 1 for instances must be greater than or equal to \
                   already used and reserved 2.";
    let other = "Quota limit 5 for ram must be greater than or equal to \
                 already used and reserved 1024.";
    let text = body["badRequest"]["message"].as_str().unwrap();
    assert!(status == 400 && [message, other].contains(&text), "{text}");
    assert_eq!(limit(&house, PROJECT, "instances").await, 10, "none of them");
    let forced = json!({ "instances": 1, "force": "True" });
    assert_eq!(update(&house, PROJECT, forced).await.1["quota_set"]["instances"], 1);
    let detail = house.get("admin", &format!("{URL}/{PROJECT}/detail")).await;
    let used = |limit: i64, in_use: i64| json!({ "limit": limit, "in_use": in_use, "reserved": 0 });
    assert_eq!(detail.body["quota_set"]["instances"], used(1, 2));
    assert_eq!(detail.body["quota_set"]["ram"], used(51200, 1024));
    let alice = house.get("admin", &format!("{URL}/{PROJECT}/detail?user_id=alice")).await;
    assert_eq!(alice.body["quota_set"]["cores"], used(20, 1));
}

#[tokio::test]
async fn a_limit_is_a_number_and_for_something_that_there_is() {
    let house = House::new().await;
    let at = |field: &str, value: &str, problem: &str| {
        format!("Invalid input for field/attribute {field}. Value: {value}. {value} is {problem}")
    };
    let (most, least) = ("greater than the maximum of 2147483647", "less than the minimum of -1");
    for (limits, message) in [
        (json!({ "instances": -2 }), at("instances", "-2", least)),
        (json!({ "instances": "-2", "force": true }), at("instances", "-2", least)),
        (json!({ "ram": 2147483648_i64 }), at("ram", "2147483648", most)),
        (json!({ "ram": "99999999999999999999" }), at("ram", "99999999999999999999", most)),
        (json!({ "ram": "much" }), {
            "Invalid input for field/attribute ram. Value: much. \
             'much' does not match '^-?[0-9]+$'"
                .into()
        }),
        (json!({ "tea": 1 }), {
            "Invalid input for field/attribute quota_set. Value: {'tea': 1}. \
             Additional properties are not allowed ('tea' was unexpected)"
                .into()
        }),
    ] {
        let (status, body) = update(&house, PROJECT, limits).await;
        assert_eq!((status, &body["badRequest"]["message"]), (400, &json!(message)));
    }
    let answer = house.put("admin", &format!("{URL}/{PROJECT}"), json!({})).await;
    assert_eq!(answer.fault().2, "'quota_set' is a required property");
}

#[tokio::test]
async fn the_quotas_of_others_are_not_for_users() {
    let house = House::new().await;
    let policy = |action: &str| {
        format!("Policy doesn't allow os_compute_api:os-quota-sets:{action} to be performed.")
    };
    for (line, body, action) in [
        ("GET /other", None, "show"),
        ("GET /c0ffee/detail", None, "detail"),
        ("PUT /c0ffee", Some(json!({ "quota_set": { "instances": 99 } })), "update"),
        ("DELETE /c0ffee", None, "delete"),
    ] {
        let (method, path) = line.split_once(' ').unwrap();
        let answer = house.ask("alice", &format!("{method} {URL}{path}"), body).await;
        assert_eq!(answer.fault(), (403, "forbidden", &*policy(action)), "{line}");
    }
    assert_eq!(house.get("alice", &format!("{URL}/other/defaults")).await.status, 200);
}

#[tokio::test]
async fn the_limits_of_a_project_and_what_is_used_of_them() {
    let house = House::new().await;
    house.server("one", |_| ()).await;
    house.server("other", |instance| instance.project_id = "other".into()).await;
    let absolute = json!({
        "maxImageMeta": 128, "maxPersonality": 5, "maxPersonalitySize": 10240,
        "maxSecurityGroupRules": 20, "maxSecurityGroups": 10, "maxServerMeta": 128,
        "maxTotalCores": 20, "maxTotalFloatingIps": 10, "maxTotalInstances": 10,
        "maxTotalKeypairs": 100, "maxTotalRAMSize": 51200, "maxServerGroups": 10,
        "maxServerGroupMembers": 10, "totalCoresUsed": 1, "totalInstancesUsed": 1,
        "totalRAMUsed": 512, "totalSecurityGroupsUsed": 0, "totalFloatingIpsUsed": 0,
        "totalServerGroupsUsed": 0,
    });
    let answer = house.get("alice", "/v2.1/limits").await;
    assert_eq!(answer.body, json!({ "limits": { "rate": [], "absolute": absolute } }));
    update(&house, "other", json!({ "instances": 7 })).await;
    let answer = house.get("admin", "/v2.1/limits?tenant_id=other").await;
    let absolute = &answer.body["limits"]["absolute"];
    let both = (&absolute["maxTotalInstances"], &absolute["totalInstancesUsed"]);
    assert_eq!(both, (&json!(7), &json!(1)));
    let refused = house.get("alice", "/v2.1/limits?tenant_id=other").await;
    let policy = "Policy doesn't allow os_compute_api:os-used-limits to be performed.";
    assert_eq!(refused.fault(), (403, "forbidden", policy));
}

#[tokio::test]
async fn the_quotas_of_networks_go_with_2_36_and_those_of_images_with_2_39() {
    let house = House::new().await;
    for (version, limits, quotas) in [("2.35", 19, 15), ("2.36", 14, 11), ("2.39", 13, 11)] {
        let answer = house.get(&format!("alice@{version}"), "/v2.1/limits").await;
        let absolute = answer.body["limits"]["absolute"].as_object().unwrap();
        assert_eq!(absolute.len(), limits, "{version}");
        let answer = house.get(&format!("alice@{version}"), &format!("{URL}/{PROJECT}")).await;
        assert_eq!(answer.body["quota_set"].as_object().unwrap().len(), quotas, "{version}");
        let line = format!("PUT {URL}/{PROJECT}");
        let body = json!({ "quota_set": { "fixed_ips": 5 } });
        let answer = house.ask(&format!("admin@{version}"), &line, Some(body)).await;
        assert_eq!(answer.status, if version == "2.35" { 200 } else { 400 }, "{version}");
    }
}

#[tokio::test]
async fn a_server_has_so_many_notes_and_files_and_no_more() {
    let house = House::new().await;
    let limits = json!({
        "metadata_items": 1, "injected_files": 1, "injected_file_path_bytes": 4,
        "injected_file_content_bytes": 3,
    });
    update(&house, PROJECT, limits).await;
    let file = |path: &str, contents: &str| json!({ "path": path, "contents": contents });
    for (field, value, message) in [
        ("metadata", json!({ "a": "1", "b": "2" }), "Maximum number of metadata items exceeds 1"),
        ("personality", json!([file("/a", "YWJj"), file("/b", "YWJj")]), {
            "Personality file limit exceeded"
        }),
        ("personality", json!([file("/long", "YWJjZA==")]), "Personality file path too long"),
        ("personality", json!([file("/abc", "YWJjZA==")]), "Personality file content too long"),
    ] {
        let answer = house.post("alice", "/v2.1/servers", wish_with(field, value)).await;
        assert_eq!(answer.fault(), (403, "forbidden", message));
    }
    assert!(house.instances().await.is_empty());
    let fits = wish_with("personality", json!([file("/abc", "YW\nJj")]));
    assert_eq!(house.post("alice", "/v2.1/servers", fits).await.status, 202);
}

#[tokio::test]
async fn a_users_own_limit_holds_beside_the_projects() {
    let house = House::new().await;
    update(&house, PROJECT, json!({ "instances": 3 })).await;
    update(&house, &format!("{PROJECT}?user_id=alice"), json!({ "instances": 1 })).await;
    let create = async |user: &str| house.post(user, "/v2.1/servers", wish()).await;
    assert_eq!(create("alice").await.status, 202);
    let full = |used: i64, limit: i64| {
        format!(
            "Quota exceeded for instances: Requested 1, \
             but already used {used} of {limit} instances"
        )
    };
    assert_eq!(create("alice").await.fault().2, full(1, 1));
    assert_eq!(create("bob").await.status, 202);
    assert_eq!(create("bob").await.status, 202);
    assert_eq!(create("bob").await.fault().2, full(3, 3));
}

#[tokio::test]
async fn a_server_that_is_deleted_softly_counts_no_more() {
    let house = House::new().await;
    update(&house, PROJECT, json!({ "instances": 1 })).await;
    let deleted = nova_objects::VmState::SoftDelete;
    house.server("one", |instance| instance.vm_state = deleted).await;
    assert_eq!(house.post("alice", "/v2.1/servers", wish()).await.status, 202);
}

/// Has `count` clients send the same wish at once, and says how many were refused.
async fn at_once(house: &Arc<House>, count: usize, url: &'static str, wish: &Value) -> usize {
    let mut clients = JoinSet::new();
    for _ in 0..count {
        let (house, wish) = (Arc::clone(house), wish.clone());
        clients.spawn(async move { house.post("alice", url, wish).await.status.as_u16() });
    }
    let answers = clients.join_all().await;
    assert!(answers.iter().all(|status| [200, 202, 403].contains(status)), "{answers:?}");
    answers.into_iter().filter(|status| *status == 403).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_ask_at_once_no_more_get_servers_than_the_quota_allows() {
    for _ in 0..20 {
        let quota = QuotaOptions { quota_instances: 4, ..QuotaOptions::default() };
        let house = Arc::new(House::with(vec![image(IMAGE)], |plugs| plugs.plug(quota)).await);
        let refused = at_once(&house, 24, "/v2.1/servers", &wish()).await;
        let left = house.instances().await.iter().filter(|instance| !instance.deleted).count();
        assert_eq!((left, refused), (4, 20));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_ask_at_once_no_more_get_groups_than_the_quota_allows() {
    let wish = json!({ "server_group": { "name": "web", "policies": ["affinity"] } });
    for _ in 0..20 {
        let quota = QuotaOptions { quota_server_groups: 3, ..QuotaOptions::default() };
        let house = Arc::new(House::with(vec![image(IMAGE)], |plugs| plugs.plug(quota)).await);
        let refused = at_once(&house, 24, "/v2.1/os-server-groups", &wish).await;
        let answer = house.get("alice", "/v2.1/os-server-groups").await;
        let left = answer.body["server_groups"].as_array().unwrap().len();
        assert_eq!((left, refused), (3, 21));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_ask_at_once_no_more_get_keys_than_the_quota_allows() {
    let quota = QuotaOptions { quota_key_pairs: 3, ..QuotaOptions::default() };
    let house = Arc::new(House::with(vec![image(IMAGE)], |plugs| plugs.plug(quota)).await);
    let mut clients = JoinSet::new();
    for number in 0..24 {
        let house = Arc::clone(&house);
        let wish = json!({ "keypair": { "name": format!("k{number}") } });
        clients.spawn(async move { house.post("alice", "/v2.1/os-keypairs", wish).await.status });
    }
    let made = clients.join_all().await.into_iter().filter(|status| *status == 200).count();
    let answer = house.get("alice", "/v2.1/os-keypairs").await;
    let left = answer.body["keypairs"].as_array().unwrap().len();
    assert_eq!((left, made), (3, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_who_set_one_limit_at_once_each_is_answered() {
    let house = Arc::new(House::new().await);
    let mut clients = JoinSet::new();
    for cores in 21..45 {
        let house = Arc::clone(&house);
        let wish = json!({ "quota_set": { "cores": cores } });
        let url = "/v2.1/os-quota-sets/elsewhere";
        clients.spawn(async move { house.put("admin", url, wish).await.status.as_u16() });
    }
    assert_eq!(clients.join_all().await, [200; 24]);
}
