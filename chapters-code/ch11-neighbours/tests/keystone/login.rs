//! Logging in, with what is right.

use crate::house::{HOST, House, password, project, token};
use nova_objects::DateTime;
use serde_json::{Value, json};

#[tokio::test]
async fn a_token_says_who_it_is_for_and_in_which_project() {
    let house = House::new();
    let before = DateTime::now();
    let wish = json!({ "identity": password("alice"), "scope": project("demo") });
    let answer = house.post(wish).await;
    assert_eq!((answer.status, answer.token().len()), (201, 32));
    let domain = json!({ "id": "default", "name": "Default" });
    let shown = &answer.body["token"];
    assert_eq!(shown["methods"], json!(["password"]));
    assert_eq!(shown["user"], json!({ "id": "a11ce", "name": "alice", "domain": domain }));
    assert_eq!(shown["project"], json!({ "id": "c0ffee", "name": "demo", "domain": domain }));
    assert_eq!(names(&shown["roles"]), ["member", "reader"]);
    assert_eq!(names(&shown["catalog"]), ["keystone", "nova"]);
    let moment = |name: &str| DateTime::parse(shown[name].as_str().unwrap()).unwrap();
    assert!((before..=DateTime::now()).contains(&moment("issued_at")));
    assert!((moment("expires_at").seconds_from(moment("issued_at")) - 3600.0).abs() < 1.0);
    assert!(answer.headers["x-openstack-request-id"].to_str().unwrap().starts_with("req-"));
}

#[tokio::test]
async fn the_catalog_has_an_address_for_everybody() {
    let house = House::new();
    let wish = json!({ "identity": password("alice"), "scope": project("demo") });
    let answer = house.post(wish).await;
    let compute = &answer.body["token"]["catalog"][1];
    assert_eq!((&compute["type"], &compute["name"]), (&json!("compute"), &json!("nova")));
    let endpoints = compute["endpoints"].as_array().unwrap();
    let interfaces: Vec<_> = endpoints.iter().map(|it| it["interface"].as_str()).collect();
    assert_eq!(interfaces, [Some("public"), Some("internal"), Some("admin")]);
    for endpoint in endpoints {
        assert_eq!(endpoint["url"], "http://nova:8774/v2.1");
        assert_eq!([&endpoint["region"], &endpoint["region_id"]], ["RegionOne", "RegionOne"]);
    }
}

#[tokio::test]
async fn a_user_is_meant_by_name_and_domain_or_by_id() {
    let house = House::new();
    let bob = house.post(json!({ "identity": password("bob") })).await.body["token"].take();
    let bob = &bob["user"]["id"];
    for user in [
        json!({ "name": "alice", "domain": { "name": "Default" } }),
        json!({ "name": "alice", "domain": { "id": "default" } }),
        json!({ "id": "a11ce" }),
        json!({ "id": "a11ce", "name": null }),
        // A name goes before an id, as in Keystone.
        json!({ "id": bob, "name": "alice", "domain": { "id": "default" } }),
        json!({ "name": "alice", "domain": { "id": "x", "name": "Default" } }),
        json!({ "id": "a11ce", "of": "no interest" }),
    ] {
        let mut said = user.clone();
        said["password"] = "alice-secret".into();
        let identity = json!({ "methods": ["password"], "password": { "user": said } });
        let answer = house.post(json!({ "identity": identity })).await;
        assert_eq!(answer.status, 201, "{user}");
        assert_eq!(answer.body["token"]["user"]["name"], "alice", "{user}");
    }
}

#[tokio::test]
async fn a_token_is_for_a_project_or_for_none() {
    let house = House::new();
    let demo = Some("demo");
    for (scope, project) in [
        (json!({ "project": { "name": "demo", "domain": { "name": "Default" } } }), demo),
        (json!({ "project": { "name": "demo", "domain": { "id": "default" } } }), demo),
        (json!({ "project": { "id": "c0ffee" } }), demo),
        (json!("unscoped"), None),
        (json!({ "unscoped": {} }), None),
    ] {
        let wish = json!({ "identity": password("alice"), "scope": scope });
        let answer = house.post(wish).await;
        assert_eq!(answer.status, 201, "{scope}");
        let token = answer.body["token"].as_object().unwrap();
        let named = token.get("project").and_then(|project| project["name"].as_str());
        assert_eq!(named, project, "{scope}");
        for field in ["roles", "catalog"] {
            assert_eq!(token.contains_key(field), project.is_some(), "{scope}: {field}");
        }
    }
    let answer = house.post(json!({ "identity": password("alice") })).await;
    assert_eq!((answer.status, &answer.body["token"]["project"]), (201, &Value::Null));
}

#[tokio::test]
async fn who_is_nowhere_may_log_in_and_no_more() {
    let house = House::new();
    let lone = house.token("nobody").await;
    assert_eq!(house.with(&lone, "GET /v3/auth/projects").await.names("projects"), [""; 0]);
    let wish = json!({ "identity": token(&lone), "scope": project("demo") });
    assert_eq!(house.post(wish).await.status, 401);
}

#[tokio::test]
async fn an_old_token_buys_a_new_one_that_is_no_longer_good() {
    let house = House::new();
    let first = house.post(json!({ "identity": password("alice") })).await;
    let expires_at = &first.body["token"]["expires_at"];
    let wish = json!({ "identity": token(first.token()), "scope": project("demo") });
    let second = house.post(wish).await;
    assert_ne!(second.token(), first.token());
    let again = json!({ "identity": token(second.token()), "scope": "unscoped" });
    let third = house.post(again).await;
    for (answer, scoped) in [(&second, true), (&third, false)] {
        let token = &answer.body["token"];
        assert_eq!((answer.status, &token["expires_at"]), (201, expires_at));
        assert_eq!(token["methods"], json!(["password", "token"]));
        assert_eq!(token["user"]["name"], "alice");
        assert_eq!(token["project"].is_object(), scoped);
    }
}

#[tokio::test]
async fn several_proofs_are_no_longer_good_than_the_oldest() {
    let house = House::new();
    let old = house.post(json!({ "identity": password("alice") })).await;
    let proofs = |methods: &[&str]| {
        let mut identity = password("alice");
        identity["methods"] = json!(methods);
        identity["token"] = json!({ "id": old.token() });
        identity
    };
    let expires_at = &old.body["token"]["expires_at"];
    let both = json!(["password", "token"]);
    for (methods, expected) in [
        (&["password", "token"][..], &both),
        (&["token", "password"], &both),
        (&["token", "token"], &both),
        (&["password", "password"], &json!(["password"])),
        (&["password"], &json!(["password"])),
    ] {
        let answer = house.post(json!({ "identity": proofs(methods) })).await;
        assert_eq!(answer.status, 201, "{methods:?}");
        assert_eq!(answer.body["token"]["methods"], *expected, "{methods:?}");
        let older = answer.body["token"]["expires_at"] == *expires_at;
        assert_eq!(older, methods.contains(&"token"), "{methods:?}");
    }
}

#[tokio::test]
async fn who_logs_in_may_bring_a_token_that_is_none() {
    let house = House::new();
    let content = json!({ "auth": { "identity": password("alice") } }).to_string();
    for token in [&b"nonsense"[..], b"", b"\xff"] {
        let headers = [("x-auth-token", token), ("content-type", b"application/json")];
        assert_eq!(house.ask("POST /v3/auth/tokens", &headers, &*content).await.status, 201);
    }
}

#[tokio::test]
async fn a_catalog_may_be_left_out() {
    let house = House::new();
    let wish = json!({ "auth": { "identity": password("alice"), "scope": project("demo") } });
    let answer = house.ask("POST /v3/auth/tokens?nocatalog", &[], wish.to_string()).await;
    assert_eq!((answer.status, &answer.body["token"]["catalog"]), (201, &Value::Null));
    let answer = house.with(answer.token(), "GET /v3/auth/catalog").await;
    assert_eq!(names(&answer.body["catalog"]), ["keystone", "nova"]);
    assert_eq!(answer.body["links"]["self"], format!("{HOST}/v3/auth/catalog"));
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}
