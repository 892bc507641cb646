//! What flavors say beyond their sizes.

use crate::house::{House, image};
use nova_extensions::Policy;
use nova_objects::{Flavor, NovaObject, RequestContext};
use serde_json::{Value, json};

const URL: &str = "/v2.1/flavors/1/os-extra_specs";

async fn specs(house: &House) -> Value {
    house.get("alice", URL).await.body["extra_specs"].take()
}

#[tokio::test]
async fn they_are_added_changed_read_and_taken_away() {
    let house = House::new().await;
    assert_eq!(specs(&house).await, json!({}));
    let body = json!({ "extra_specs": { "hw:numa": "1", "quota:cpu": 2.5 } });
    let answer = house.post("admin", URL, body.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.body), (200, body));
    assert_eq!(specs(&house).await, json!({ "hw:numa": "1", "quota:cpu": "2.5" }));
    let body = json!({ "hw:numa": "3" });
    let answer = house.ask("admin", &format!("PUT {URL}/hw:numa"), Some(body.clone())).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &body));
    assert_eq!(house.get("alice", &format!("{URL}/hw:numa")).await.body, body);
    let answer = house.ask("admin", &format!("DELETE {URL}/hw:numa"), None).await;
    assert_eq!((answer.status.as_u16(), answer.body), (200, Value::Null));
    assert_eq!(specs(&house).await, json!({ "quota:cpu": "2.5" }));
    let message = "Flavor 1 has no extra specs with key hw:numa.";
    for verb in ["GET", "DELETE"] {
        let answer = house.ask("admin", &format!("{verb} {URL}/hw:numa"), None).await;
        assert_eq!(answer.fault(), (404, "itemNotFound", message));
    }
}

#[tokio::test]
async fn what_is_no_spec_is_refused() {
    let house = House::new().await;
    let (post, put) = (format!("POST {URL}"), format!("PUT {URL}/a"));
    for (line, body, end) in [
        (&post, json!({}), "'extra_specs' is a required property"),
        (&post, json!({ "extra_specs": [] }), "[] is not of type 'object'"),
        (&post, json!({ "extra_specs": { "a/b": "" } }), {
            "'a/b' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{1,255}$'"
        }),
        (&post, json!({ "extra_specs": { "a": null } }), {
            "None is not of type 'string', 'number'"
        }),
        (&post, json!({ "extra_specs": { "a": "x".repeat(256) } }), "' is too long"),
        (&put, json!({ "b": "1" }), "Request body and URI mismatch"),
        (&put, json!({}), "{} does not have enough properties"),
        (&put, json!({ "a": "1", "b": "2" }), "has too many properties"),
    ] {
        let answer = house.ask("admin", line, Some(body.clone())).await;
        let (code, _, message) = answer.fault();
        assert_eq!(code, 400, "{body}: {message}");
        assert!(message.ends_with(end), "{body}: {message}");
    }
    assert_eq!(specs(&house).await, json!({}));
}

#[tokio::test]
async fn administrators_write_and_who_sees_the_flavor_reads() {
    let house = House::new().await;
    let private = Flavor { is_public: false, ..Flavor::new("6", "private", 1, 1, 1) };
    private.create(&*house.store, &RequestContext::admin()).await.unwrap();
    let body = || json!({ "extra_specs": { "a": "1" } });
    house.post("admin", "/v2.1/flavors/6/os-extra_specs", body()).await;
    for (line, body, code) in [
        (format!("POST {URL}"), Some(body()), 403),
        (format!("PUT {URL}/a"), Some(json!({ "a": "1" })), 403),
        (format!("DELETE {URL}/a"), None, 403),
        ("GET /v2.1/flavors/6/os-extra_specs".into(), None, 404),
        ("GET /v2.1/flavors/6/os-extra_specs/a".into(), None, 404),
        ("GET /v2.1/flavors/9/os-extra_specs".into(), None, 404),
    ] {
        let answer = house.ask("alice", &line, body).await;
        assert_eq!(answer.fault().0, code, "{line}");
    }
}

#[tokio::test]
async fn a_server_carries_them_for_those_who_may_read_them() {
    let rules = include_str!("../../../../etc/policy.json");
    let rule = r#""os_compute_api:os-flavor-extra-specs:index": "rule:admin_"#;
    let strict = rules.replace(&format!("{rule}or_owner\""), &format!("{rule}api\""));
    let strict = Policy::parse("policy.json", &strict).unwrap();
    for (policy, token, version, there) in [
        (Policy::default(), "alice", "2.47", true),
        (strict.clone(), "alice", "2.47", false),
        (strict, "admin", "2.47", true),
        (Policy::default(), "alice", "2.46", false),
    ] {
        let house = House::with(vec![image("x")], |plugs| plugs.plug(policy.clone())).await;
        let specs = [("a".to_owned(), "1".to_owned())];
        let server = house.server("web", |i| i.flavor.extra_specs = specs.clone().into()).await;
        let line = format!("GET /v2.1/servers/{}", server.uuid);
        let answer = house.ask(&format!("{token}@{version}"), &line, None).await;
        let flavor = &answer.body["server"]["flavor"];
        assert_eq!(flavor.get("original_name").is_some(), version == "2.47");
        let expected = there.then(|| json!({ "a": "1" }));
        assert_eq!(flavor.get("extra_specs"), expected.as_ref(), "{token} {version}");
    }
}
