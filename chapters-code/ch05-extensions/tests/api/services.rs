//! `/os-services`.

use crate::house::{Answer, House};
use nova_objects::{NovaObject, RequestContext, Service};
use serde_json::{Value, json};

async fn house() -> House {
    let house = House::new().await;
    house.compute_service(0).await;
    for (binary, topic) in [("nova-scheduler", "scheduler"), ("nova-osapi_compute", "api")] {
        let service = Service::new("control", binary, topic);
        service.create(&*house.store, &RequestContext::admin()).await.unwrap();
    }
    house
}

fn binaries(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let services = answer.body["services"].as_array().unwrap();
    services.iter().map(|service| service["binary"].as_str().unwrap()).collect()
}

async fn put(house: &House, version: &str, action: &str, body: Value) -> Answer {
    house
        .ask(&format!("admin@{version}"), &format!("PUT /v2.1/os-services/{action}"), Some(body))
        .await
}

#[tokio::test]
async fn services_are_listed_by_host_and_name_but_for_those_of_the_api() {
    let house = house().await;
    for (query, expected) in [
        ("", &["nova-compute", "nova-scheduler"][..]),
        ("?host=host-1", &["nova-compute"]),
        ("?host=&binary=nova-scheduler", &["nova-scheduler"]),
        ("?host=host-1&binary=nova-scheduler", &[]),
    ] {
        let answer = house.get("admin", &format!("/v2.1/os-services{query}")).await;
        assert_eq!(binaries(&answer), expected, "{query}");
    }
    let answer = house.get("admin", "/v2.1/os-services").await;
    let mut compute = json!({
        "id": 1, "binary": "nova-compute", "host": "host-1", "zone": "nova", "status": "enabled",
        "state": "up", "updated_at": null, "disabled_reason": null,
    });
    assert_eq!(answer.body["services"][0], compute);
    assert_eq!(answer.body["services"][1]["zone"], "internal");
    compute["forced_down"] = json!(false);
    let answer = house.get("admin@2.11", "/v2.1/os-services").await;
    assert_eq!(answer.body["services"][0], compute);
}

#[tokio::test]
async fn an_administrator_takes_services_out_of_service_and_back() {
    let house = house().await;
    let named = json!({ "host": "host-1", "binary": "nova-compute" });
    let with = |key: &str, value: Value| {
        let mut body = named.clone();
        body[key] = value;
        body
    };
    let reason = with("disabled_reason", json!("dust"));
    let service = |mut service: Value, status: &str| {
        service["status"] = json!(status);
        json!({ "service": service })
    };
    for (action, body, expected, after) in [
        ("disable", named.clone(), service(named.clone(), "disabled"), ("disabled", json!(null))),
        (
            "disable-log-reason",
            reason.clone(),
            service(reason.clone(), "disabled"),
            ("disabled", json!("dust")),
        ),
        ("enable", named.clone(), service(named.clone(), "enabled"), ("enabled", json!(null))),
    ] {
        let answer = put(&house, "2.1", action, body).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &expected), "{action}");
        let services = house.get("admin", "/v2.1/os-services").await.body["services"].clone();
        let now = (services[0]["status"].as_str().unwrap(), services[0]["disabled_reason"].clone());
        assert_eq!(now, after, "{action}");
    }
    let answer = put(&house, "2.11", "force-down", with("forced_down", json!(true))).await;
    assert_eq!(answer.body, json!({ "service": with("forced_down", json!(true)) }));
    let answer = house.get("admin", "/v2.1/os-services").await;
    assert_eq!(answer.body["services"][0]["state"], "down");
}

#[tokio::test]
async fn a_service_is_forgotten_by_its_number() {
    let house = house().await;
    assert_eq!(house.delete("admin", "/v2.1/os-services/1").await.status, 204);
    let answer = house.get("admin", "/v2.1/os-services").await;
    assert_eq!(binaries(&answer), ["nova-scheduler"]);
    for (id, code, message) in [
        ("1", 404, "Service 1 not found."),
        ("x", 400, "Invalid input received: id must be an integer"),
    ] {
        let answer = house.delete("admin", &format!("/v2.1/os-services/{id}")).await;
        let (status, _, text) = answer.fault();
        assert_eq!((status, text), (code, message));
    }
}

#[tokio::test]
async fn what_cannot_be_done_to_a_service_is_said() {
    let house = house().await;
    let named = json!({ "host": "host-1", "binary": "nova-compute" });
    let unknown = json!({ "host": "host-1", "binary": "nova-tea" });
    let forced = json!({ "host": "host-1", "binary": "nova-compute", "forced_down": true });
    let not_found = "Could not find binary nova-tea on host host-1.";
    let unexpected = "Additional properties are not allowed ('forced_down' was unexpected)";
    for (version, action, body, code, message) in [
        ("2.1", "sing", &named, 404, "Unknown action"),
        ("2.10", "force-down", &named, 404, "Unknown action"),
        ("2.11", "force-down", &named, 400, "Missing forced_down field"),
        ("2.1", "enable", &forced, 400, unexpected),
        ("2.1", "disable-log-reason", &named, 400, "Missing disabled reason field"),
        ("2.1", "enable", &unknown, 404, not_found),
        ("2.1", "enable", &json!({ "binary": "x" }), 400, "'host' is a required property"),
    ] {
        let answer = put(&house, version, action, body.clone()).await;
        let (status, _, text) = answer.fault();
        assert_eq!((status, text), (code, message), "{action} {body}");
    }
    let refused = house.put("alice", "/v2.1/os-services/enable", named).await;
    assert_eq!(refused.fault().0, 403);
}
