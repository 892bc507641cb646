//! The rules of this exercise.

use http::Method;
use http_body_util::BodyExt;
use kit::{House, pasted, rule, rule_that};
use locks::{ENTRY_POINTS, router};
use mini_nova::Conf;
use nova_paste::{Application, Environ, Request, body};
use nova_router::Router;
use serde_json::{Value, json};

const VERSION: &str = "X-OpenStack-Nova-API-Version";

const MOUNT: &str = "/v2.1/+: openstack_compute_api_v21";

const SECTIONS: &str = "
[composite:the_house]
use = call:nova.api.auth:pipeline_factory_v21
noauth2 = cors compute_req_id faultwrap sizelimit osprofiler noauth2 doors

[app:doors]
paste.app_factory = workshop.locks:Doors.factory
";

/// Asks the app alone, at a version.
async fn ask(app: &Router, version: &str, line: &str, sent: &Value) -> (u16, Value) {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Request::new(body(sent.to_string()));
    *request.method_mut() = method.parse().unwrap();
    request.headers_mut().insert(VERSION, version.parse().unwrap());
    Environ::of_mut(&mut request).path_info = path.into();
    let (head, body) = app.call(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
}

/// What somebody is told who wants to open a door, as `open` says.
async fn told(app: &Router, version: &str, door: &str, open: Value) -> u16 {
    ask(app, version, &format!("POST /doors/{door}/action"), &json!({ "open": open })).await.0
}

async fn shown(app: &Router, version: &str, door: &str) -> Value {
    ask(app, version, &format!("GET /doors/{door}"), &Value::Null).await.1
}

#[tokio::test]
async fn a_door_says_whether_it_is_open_since_2_10() {
    let app = router().unwrap();
    for version in ["2.1", "2.9"] {
        let got = shown(&app, version, "front").await;
        rule(&format!("{version} shows what it always did"), json!({ "door": "front" }), got);
    }
    for version in ["2.10", "2.11", "latest"] {
        let expected = json!({ "door": "front", "open": false });
        let got = shown(&app, version, "front").await;
        rule(&format!("{version} shows that the door is shut"), expected, got);
    }
}

#[tokio::test]
async fn a_body_without_a_key_is_a_400_and_opens_nothing() {
    let app = router().unwrap();
    for open in [json!(null), json!({}), json!("4711"), json!({ "key": 4711 }), json!(["4711"])] {
        let got = told(&app, "2.10", "front", open.clone()).await;
        rule(&format!("2.10: {{\"open\": {open}}} is a 400"), 400, got);
    }
    let got = shown(&app, "2.10", "front").await;
    rule("the door is still shut", json!({ "door": "front", "open": false }), got);
}

#[tokio::test]
async fn a_key_opens_its_own_door_once() {
    let app = router().unwrap();
    let key = |key: &str| json!({ "key": key });
    rule("no door", 404, told(&app, "2.10", "cellar", key("4711")).await);
    rule("the key of front", 202, told(&app, "2.10", "front", key("4711")).await);
    rule("front is open", 409, told(&app, "2.10", "front", key("4711")).await);
    let got = shown(&app, "2.10", "front").await;
    rule("it says so", json!({ "door": "front", "open": true }), got);
    rule("back has another", 403, told(&app, "2.10", "back", key("4711")).await);
    rule("the key of back", 202, told(&app, "2.10", "back", key("0815")).await);
}

#[tokio::test]
async fn who_has_no_key_learns_nothing() {
    let app = router().unwrap();
    let wrong = json!({ "key": "1234" });
    rule("a wrong key at a shut door", 403, told(&app, "2.10", "front", wrong.clone()).await);
    rule("the right key", 202, told(&app, "2.10", "front", json!({ "key": "4711" })).await);
    rule("a wrong key at an open door", 403, told(&app, "2.10", "front", wrong).await);
}

#[tokio::test]
async fn older_clients_say_what_they_always_did() {
    let app = router().unwrap();
    rule("2.9 opens without a key", 202, told(&app, "2.9", "front", json!(null)).await);
    rule("and once", 409, told(&app, "2.9", "front", json!(null)).await);
    let key = json!({ "key": "1234" });
    rule("2.9 looks at no key", 202, told(&app, "2.9", "back", key).await);
    let got = shown(&app, "2.10", "front").await;
    rule("2.10 sees what 2.9 has opened", json!({ "door": "front", "open": true }), got);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_the_version_chooses_who_opens() {
    let mut conf = Conf::default();
    conf.installed.factories.push(("workshop", ENTRY_POINTS));
    let _file = pasted(&mut conf, MOUNT, &format!("/v2.1/house: the_house\n{MOUNT}"), SECTIONS);
    let house = House::start(conf).await;
    let open = async |door: &str, version: &str, open: Value| {
        let path = format!("/house/doors/{door}/action");
        let sent = json!({ "open": open });
        house.ask(Method::POST, &path, &[(VERSION, version)], Some(&sent)).await
    };
    let old = open("back", "2.9", json!(null)).await;
    let keyless = open("front", "2.10", json!(null)).await;
    let new = open("front", "2.10", json!({ "key": "4711" })).await;
    let flow = house.flow(new.request_id()).await;
    house.stop().await;
    rule("2.9 opens without a key", 202, old.status);
    rule("2.10 does not", 400, keyless.status);
    rule("2.10 opens with one", 202, new.status);
    rule(
        "the answer says which version it speaks",
        "compute 2.10",
        new.header("openstack-api-version"),
    );
    rule_that(
        "the flow ends in the doors",
        flow.contains("POST /doors/{id}/action → Doors.open"),
        flow,
    );
}
