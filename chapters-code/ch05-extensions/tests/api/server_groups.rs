//! `/os-server-groups`, and servers in groups.

use crate::house::{Answer, House, IMAGE, PROJECT, image, wish};
use nova_extensions::QuotaOptions;
use nova_objects::RequestContext;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

const URL: &str = "/v2.1/os-server-groups";

fn group(name: &str, policies: &[&str]) -> Value {
    json!({ "server_group": { "name": name, "policies": policies } })
}

/// Makes a group, and gives its id.
async fn made(house: &House, token: &str, name: &str) -> String {
    let answer = house.post(token, URL, group(name, &["anti-affinity"])).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["server_group"]["id"].as_str().unwrap().to_owned()
}

fn in_group(id: &str, count: i64) -> Value {
    let mut wish = wish();
    wish["server"]["min_count"] = json!(count);
    wish["os:scheduler_hints"] = json!({ "group": id });
    wish
}

fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let groups = answer.body["server_groups"].as_array().unwrap();
    groups.iter().map(|group| group["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_group_is_made_shown_and_removed() {
    let house = House::new().await;
    let id = made(&house, "alice", "web").await;
    let mut expected = json!({
        "id": id, "name": "web", "policies": ["anti-affinity"], "members": [], "metadata": {},
    });
    let url = format!("{URL}/{id}");
    assert_eq!(house.get("alice", &url).await.body, json!({ "server_group": expected }));
    assert_eq!(house.get("alice", URL).await.body, json!({ "server_groups": [expected] }));
    (expected["project_id"], expected["user_id"]) = (json!(PROJECT), json!("alice"));
    let answer = house.get("alice@2.13", &url).await;
    assert_eq!(answer.body, json!({ "server_group": expected }));
    assert_eq!(house.delete("alice", &url).await.status, 204);
    let message = format!("Instance group {id} could not be found.");
    assert_eq!(house.get("alice", &url).await.fault(), (404, "itemNotFound", &*message));
    assert_eq!(house.delete("alice", &url).await.fault(), (404, "itemNotFound", &*message));
}

#[tokio::test]
async fn each_project_has_its_own_groups_and_an_administrator_sees_all() {
    let house = House::new().await;
    for name in ["one", "two", "three"] {
        made(&house, "alice", name).await;
    }
    let id = made(&house, "mallory:bad", "theirs").await;
    for (token, query, expected) in [
        ("alice", "", &["one", "two", "three"][..]),
        ("alice", "?all_projects=1", &["one", "two", "three"]),
        ("admin", "", &["one", "two", "three"]),
        ("admin", "?all_projects", &["one", "two", "three", "theirs"]),
        ("alice", "?limit=1&offset=1", &["two"]),
        ("alice", "?limit=0&offset=2", &["three"]),
        ("alice", "?offset=9", &[]),
    ] {
        let answer = house.get(token, &format!("{URL}{query}")).await;
        assert_eq!(names(&answer), expected, "{token} {query}");
    }
    for (query, message) in [
        ("limit=x", "Invalid input received: limit must be an integer"),
        ("offset=-1", "Invalid input received: offset must be >= 0"),
    ] {
        let answer = house.get("alice", &format!("{URL}?{query}")).await;
        assert_eq!(answer.fault(), (400, "badRequest", message));
    }
    for line in ["GET", "DELETE"] {
        let answer = house.ask("alice", &format!("{line} {URL}/{id}"), None).await;
        assert_eq!(answer.fault().0, 404, "{line}");
    }
    let answer = house.post("alice", "/v2.1/servers", in_group(&id, 1)).await;
    let message = format!("Instance group {id} could not be found.");
    assert_eq!(answer.fault(), (400, "badRequest", &*message));
    assert!(house.instances().await.is_empty());
}

#[tokio::test]
async fn a_body_names_one_policy_that_the_version_knows() {
    let house = House::new().await;
    let two = group("x", &["affinity", "anti-affinity"]);
    for (version, body, message) in [
        ("2.14", group("x", &["soft-affinity"]), {
            "Invalid input for field/attribute 0. Value: soft-affinity. \
             'soft-affinity' is not one of ['anti-affinity', 'affinity']"
        }),
        ("2.15", two, {
            "Invalid input for field/attribute policies. \
             Value: ['affinity', 'anti-affinity']. \
             Additional items are not allowed ('anti-affinity' was unexpected)"
        }),
        ("2.1", json!({ "server_group": { "name": "x" } }), {
            "Invalid input for field/attribute server_group. Value: {'name': 'x'}. \
             'policies' is a required property"
        }),
        ("2.1", group(" x", &[]), {
            "An invalid 'name' value was provided. The name must be: printable characters. \
             Can not start or end with whitespace."
        }),
    ] {
        let answer =
            house.ask(&format!("alice@{version}"), &format!("POST {URL}"), Some(body)).await;
        assert_eq!(answer.fault(), (400, "badRequest", message));
    }
    let soft = Some(group("x", &["soft-anti-affinity"]));
    let answer = house.ask("alice@2.15", &format!("POST {URL}"), soft).await;
    assert_eq!(answer.body["server_group"]["policies"], json!(["soft-anti-affinity"]));
}

#[tokio::test]
async fn servers_that_are_made_in_a_group_are_its_members_until_they_are_deleted() {
    let house = House::new().await;
    let id = made(&house, "alice", "web").await;
    assert_eq!(house.post("alice", "/v2.1/servers", in_group(&id, 2)).await.status, 202);
    let members = async || {
        let answer = house.get("alice", &format!("{URL}/{id}")).await;
        answer.body["server_group"]["members"].clone()
    };
    let instances = house.instances().await;
    assert_eq!(members().await, json!([instances[0].uuid, instances[1].uuid]));
    instances[0].destroy(&*house.store, &RequestContext::admin()).await.unwrap();
    assert_eq!(members().await, json!([instances[1].uuid]));
    let hints = &house.sockets.sent()[0].args["filter_properties"]["scheduler_hints"];
    assert_eq!(*hints, json!({ "group": [id] }));
}

#[tokio::test]
async fn a_group_that_is_not_there_takes_no_servers() {
    let house = House::new().await;
    let id = "33333333-3333-3333-3333-333333333333";
    let message = format!("Instance group {id} could not be found.");
    let answer = house.post("alice", "/v2.1/servers", in_group(id, 1)).await;
    assert_eq!(answer.fault(), (400, "badRequest", &*message));
    let answer = house.post("alice", "/v2.1/servers", in_group("web", 1)).await;
    assert_eq!(answer.fault().0, 400);
    assert!(house.instances().await.is_empty() && house.sockets.sent().is_empty());
}

#[tokio::test]
async fn there_are_so_many_groups_and_members_and_no_more() {
    let quota = QuotaOptions {
        quota_server_groups: 1,
        quota_server_group_members: 2,
        ..QuotaOptions::default()
    };
    let house = House::with(vec![image(IMAGE)], |p| p.plug(quota)).await;
    let id = made(&house, "alice", "web").await;
    let answer = house.post("alice", URL, group("db", &[])).await;
    let message = "Quota exceeded, too many server groups.";
    assert_eq!(answer.fault(), (403, "forbidden", message));
    made(&house, "mallory:bad", "theirs").await;
    for (token, count, status) in
        [("alice", 3, 403), ("alice", 2, 202), ("alice", 1, 403), ("bob", 2, 202), ("bob", 1, 403)]
    {
        let answer = house.post(token, "/v2.1/servers", in_group(&id, count)).await;
        assert_eq!(answer.status, status, "{token} {count}: {}", answer.body);
        if status == 403 {
            assert_eq!(answer.fault().2, "Quota exceeded, too many servers in group");
        }
    }
    let left = house.instances().await.iter().filter(|instance| !instance.deleted).count();
    assert_eq!(left, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_servers_that_come_at_once_none_is_lost_and_none_is_too_many() {
    let quota = QuotaOptions {
        quota_instances: -1,
        quota_cores: -1,
        quota_server_group_members: 6,
        ..QuotaOptions::default()
    };
    let images = vec![image(IMAGE)];
    let house = Arc::new(House::with(images, |plugs| plugs.plug(quota)).await);
    let id = made(&house, "alice", "web").await;
    let mut clients = JoinSet::new();
    for _ in 0..24 {
        let (house, wish) = (Arc::clone(&house), in_group(&id, 1));
        clients.spawn(async move { house.post("alice", "/v2.1/servers", wish).await.status });
    }
    let answers = clients.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 202).count(), 6);
    let answer = house.get("alice", &format!("{URL}/{id}")).await;
    assert_eq!(answer.body["server_group"]["members"].as_array().unwrap().len(), 6);
}
