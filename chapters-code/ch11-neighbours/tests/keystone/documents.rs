//! The lists of what there is: an administrator's to read, and nobody's to change.

use crate::house::{HOST, House, UNAUTHORIZED};
use serde_json::{Value, json};

const LISTS: [(&str, &str); 7] = [
    ("projects", "project"),
    ("users", "user"),
    ("roles", "role"),
    ("role_assignments", "role_assignment"),
    ("domains", "domain"),
    ("services", "service"),
    ("endpoints", "endpoint"),
];

#[tokio::test]
async fn an_administrator_sees_all_that_there_is() {
    let house = House::new();
    let root = house.token("root").await;
    let list = async |name: &str| house.with(&root, &format!("GET /v3/{name}")).await;
    for (collection, names) in [
        ("projects", &["admin", "demo", "other", "service"][..]),
        ("users", &["root", "alice", "bob", "nova", "nobody"]),
        ("roles", &["admin", "member", "reader", "service"]),
        ("domains", &["Default"]),
        ("services", &["keystone", "nova"]),
    ] {
        let answer = list(collection).await;
        assert_eq!(answer.names(collection), names);
        let own = format!("{HOST}/v3/{collection}");
        let links = json!({ "self": own, "next": null, "previous": null });
        assert_eq!(answer.body["links"], links);
    }
    for (collection, count) in [("role_assignments", 6), ("endpoints", 6)] {
        let answer = list(collection).await;
        assert_eq!(answer.body[collection].as_array().unwrap().len(), count, "{collection}");
    }
    // An administrator of one project is one everywhere.
    let elsewhere = house.scoped("root", json!({ "project": { "id": "c0ffee" } })).await;
    assert_eq!(house.with(&elsewhere, "GET /v3/users").await.status, 200);
}

#[tokio::test]
async fn each_row_is_found_where_its_link_says() {
    let house = House::new();
    let root = house.token("root").await;
    for (collection, member) in LISTS {
        let answer = house.with(&root, &format!("GET /v3/{collection}")).await;
        for row in answer.body[collection].as_array().unwrap() {
            let Some(link) = row["links"]["self"].as_str() else {
                assert_eq!(collection, "role_assignments", "{row}");
                continue;
            };
            let path = link.strip_prefix(HOST).unwrap();
            let found = house.with(&root, &format!("GET {path}")).await;
            assert_eq!((found.status, &found.body[member]), (200, row), "{path}");
        }
    }
}

#[tokio::test]
async fn a_row_says_what_clients_read() {
    let house = House::new();
    let root = house.token("root").await;
    for (collection, member, row) in [
        (
            "projects",
            "project",
            json!({
                "id": "c0ffee", "name": "demo", "domain_id": "default", "parent_id": "default",
                "description": "", "is_domain": false, "enabled": true,
            }),
        ),
        (
            "users",
            "user",
            json!({ "id": "a11ce", "name": "alice", "domain_id": "default", "enabled": true }),
        ),
        ("domains", "domain", json!({ "id": "default", "name": "Default", "enabled": true })),
        (
            "services",
            "service",
            json!({ "id": "nova", "type": "compute", "name": "nova", "enabled": true }),
        ),
        (
            "endpoints",
            "endpoint",
            json!({
                "id": "nova-public", "interface": "public", "region": "RegionOne",
                "region_id": "RegionOne", "url": "http://nova:8774/v2.1", "service_id": "nova",
                "enabled": true,
            }),
        ),
    ] {
        let url = format!("/v3/{collection}/{}", row["id"].as_str().unwrap());
        let mut linked = row;
        linked["links"] = json!({ "self": format!("{HOST}{url}") });
        let answer = house.with(&root, &format!("GET {url}")).await;
        assert_eq!((answer.status, &answer.body[member]), (200, &linked));
    }
}

#[tokio::test]
async fn a_filter_leaves_the_rows_that_fit_it() {
    let house = House::new();
    let root = house.token("root").await;
    for (url, names) in [
        ("projects?name=demo", &["demo"][..]),
        ("projects?name=dem", &[]),
        ("projects?name=", &[]),
        ("projects?id=c0ffee", &["demo"]),
        ("projects?name=demo&domain_id=default", &["demo"]),
        ("projects?name=demo&domain_id=nope", &[]),
        ("projects?name=demo&name=other", &[]),
        ("projects?enabled=True&name=demo", &["demo"]),
        ("projects?enabled=true&name=demo", &["demo"]),
        ("projects?enabled=false", &[]),
        ("projects?is_domain=False&name=demo", &["demo"]),
        ("projects?limit=1&marker=x&sort_key=name&name=demo", &["demo"]),
        ("users?name=alice", &["alice"]),
        ("users?name=%61lice", &["alice"]),
        ("users?domain_id=default&name=bob", &["bob"]),
        ("roles?name=member", &["member"]),
        ("domains?name=Default", &["Default"]),
        ("domains?name=default", &[]),
        ("services?type=compute", &["nova"]),
        ("services?name=glance", &[]),
    ] {
        let answer = house.with(&root, &format!("GET /v3/{url}")).await;
        let collection = url.split_once('?').unwrap().0;
        assert_eq!(answer.names(collection), names, "{url}");
    }
    let answer = house.with(&root, "GET /v3/endpoints?interface=public&service_id=nova").await;
    assert_eq!(answer.body["endpoints"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn role_assignments_are_filtered_by_what_they_join() {
    let house = House::new();
    let root = house.token("root").await;
    for (query, found) in [
        ("user.id=a11ce", &["member of alice on demo", "reader of alice on demo"][..]),
        (
            "user.id=a11ce&scope.project.id=c0ffee&include_names=True",
            &["member of alice on demo", "reader of alice on demo"],
        ),
        ("scope.project.id=c0ffee&role.name=admin", &["admin of root on demo"]),
        ("user.name=nova&effective", &["service of nova on service"]),
        ("user.id=nope", &[]),
        ("role.id=nope", &[]),
        ("group.id=x", &[]),
        ("scope.domain.id=default", &[]),
        ("scope.system=all", &[]),
    ] {
        let answer = house.with(&root, &format!("GET /v3/role_assignments?{query}")).await;
        let of = |row: &Value, path: &str| row.pointer(path).unwrap().as_str().unwrap().to_owned();
        let rows = answer.body["role_assignments"].as_array().unwrap().iter().map(|row| {
            let [role, user, project] = ["/role/name", "/user/name", "/scope/project/name"];
            format!("{} of {} on {}", of(row, role), of(row, user), of(row, project))
        });
        assert_eq!(rows.collect::<Vec<_>>(), found, "{query}");
    }
}

#[tokio::test]
async fn everybody_else_sees_himself_and_his_project() {
    let house = House::new();
    let alice = house.token("alice").await;
    for (path, name) in [("projects/c0ffee", "demo"), ("users/a11ce", "alice")] {
        let answer = house.with(&alice, &format!("GET /v3/{path}")).await;
        let (member, _) = path.split_once("s/").unwrap();
        assert_eq!((answer.status, &answer.body[member]["name"]), (200, &json!(name)));
        for other in ["bob", "nova", "nobody"] {
            let answer = house.with(&house.token(other).await, &format!("GET /v3/{path}")).await;
            assert_eq!(answer.refusal().0, 403, "{other}: {path}");
        }
    }
    // Without a project there is none of one's own.
    let unscoped = house.scoped("alice", json!("unscoped")).await;
    assert_eq!(house.with(&unscoped, "GET /v3/projects/c0ffee").await.status, 403);
    assert_eq!(house.with(&unscoped, "GET /v3/users/a11ce").await.status, 200);
}

#[tokio::test]
async fn what_may_not_be_seen_may_not_be_guessed_either() {
    let house = House::new();
    let (alice, nova) = (house.token("alice").await, house.token("nova").await);
    for (collection, member) in LISTS {
        for caller in [&alice, &nova] {
            for query in ["", "?name=alice", "?name=x"] {
                let answer = house.with(caller, &format!("GET /v3/{collection}{query}")).await;
                let action = format!("identity:list_{collection}.");
                let (status, message) = answer.refusal();
                assert_eq!(status, 403, "{collection}");
                assert!(message.ends_with(&action), "{message}");
            }
            let answer = house.with(caller, &format!("GET /v3/{collection}/x")).await;
            let (status, message) = answer.refusal();
            assert_eq!(status, 403, "{collection}");
            assert!(message.ends_with(&format!("identity:get_{member}.")), "{message}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let house = House::new();
    let root = house.token("root").await;
    for (collection, member) in LISTS {
        for id in ["x", "null", "x y", "C0FFEE"] {
            let answer = house.with(&root, &format!("GET /v3/{collection}/{id}")).await;
            let message = format!("Could not find {member}: {id}.");
            assert_eq!(answer.refusal(), (404, &*message), "{collection}");
        }
    }
}

#[tokio::test]
async fn nothing_is_shown_without_a_token_and_nothing_can_be_changed() {
    let house = House::new();
    let root = house.token("root").await;
    for (collection, _) in LISTS {
        for path in [format!("/v3/{collection}"), format!("/v3/{collection}/c0ffee")] {
            let answer = house.ask(&format!("GET {path}"), &[], "").await;
            assert_eq!(answer.refusal(), (401, UNAUTHORIZED), "{path}");
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let answer = house.with(&root, &format!("{method} {path}")).await;
                assert_eq!(answer.status, 404, "{method} {path}");
            }
        }
    }
    assert_eq!(house.with(&root, "GET /v3/projects").await.names("projects").len(), 4);
}

#[tokio::test]
async fn no_document_holds_a_password() {
    let house = House::new();
    let root = house.token("root").await;
    for (collection, _) in LISTS {
        let answer = house.with(&root, &format!("GET /v3/{collection}")).await;
        assert!(!answer.text.contains("secret"), "{}", answer.text);
        assert!(!answer.text.contains("password"), "{}", answer.text);
        let guess = format!("GET /v3/{collection}?password=alice-secret");
        let guess = house.with(&root, &guess).await;
        assert_eq!(guess.text, answer.text, "no filter tells a password");
    }
}
