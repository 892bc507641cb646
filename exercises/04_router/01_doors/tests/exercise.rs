//! The rules of this exercise.

use doors::{ENTRY_POINTS, House as TheHouse, router};
use http_body_util::BodyExt;
use kit::{House, pasted, rule, rule_that};
use mini_nova::Conf;
use nova_paste::{Application, Environ, Request, body};
use serde_json::{Value, json};
use std::sync::{Arc, atomic::Ordering};
use tokio::task::JoinSet;

const OPEN: &str = r#"{"open": null}"#;

const MOUNT: &str = "/v2.1/+: openstack_compute_api_v21";

const SECTIONS: &str = "
[composite:the_house]
use = call:nova.api.auth:pipeline_factory_v21
noauth2 = cors compute_req_id faultwrap sizelimit osprofiler noauth2 doors

[app:doors]
paste.app_factory = workshop.doors:Doors.factory
";

/// The app alone: no filter in front of it, no port.
#[derive(Clone)]
struct App(Arc<dyn Application>, Arc<TheHouse>);

impl App {
    fn new() -> Self {
        let house = Arc::<TheHouse>::default();
        Self(Arc::new(router(Arc::clone(&house)).unwrap()), house)
    }

    /// Status, content type and document.
    async fn ask(&self, line: &str, sent: &str) -> (u16, String, Value) {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::new(body(sent.to_owned()));
        *request.method_mut() = method.parse().unwrap();
        Environ::of_mut(&mut request).path_info = path.into();
        let (head, body) = self.0.call(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let written = head.headers["content-type"].to_str().unwrap();
        let content_type = written.split(';').next().unwrap_or_default().to_owned();
        (head.status.as_u16(), content_type, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn status(&self, line: &str, sent: &str) -> u16 {
        self.ask(line, sent).await.0
    }
}

#[tokio::test]
async fn a_door_is_shown_and_what_is_no_door_is_a_404() {
    let app = App::new();
    let (status, _, document) = app.ask("GET /doors/back", "").await;
    rule("GET /doors/back is answered", 200, status);
    rule("the door is shown by its name", json!({ "door": "back" }), document);
    rule("there is no door of the cellar", 404, app.status("GET /doors/cellar", "").await);
    let opened = app.status("POST /doors/cellar/action", OPEN).await;
    rule("what is not there cannot be opened", 404, opened);
}

#[tokio::test]
async fn a_door_opens_once() {
    let app = App::new();
    rule("front opens", 202, app.status("POST /doors/front/action", OPEN).await);
    let (status, _, document) = app.ask("POST /doors/front/action", OPEN).await;
    rule("front is open", 409, status);
    rule_that("the client reads why", document["conflictingRequest"].is_object(), document);
    rule("back is another door", 202, app.status("POST /doors/back/action", OPEN).await);
    rule("two handles were turned", 2, app.1.turns.load(Ordering::Relaxed));
}

#[tokio::test]
async fn of_many_who_open_at_once_one_is_told_202() {
    let app = App::new();
    let mut many = JoinSet::new();
    for _ in 0..50 {
        let app = app.clone();
        many.spawn(async move { app.status("POST /doors/front/action", OPEN).await });
    }
    let mut told = many.join_all().await;
    told.sort_unstable();
    let mut expected = vec![409; 50];
    expected[0] = 202;
    rule("of 50 who open a door at once, one is told 202", expected, told);
    rule("its handle was turned once", 1, app.1.turns.load(Ordering::Relaxed));
}

#[tokio::test]
async fn the_form_of_a_404_says_how_far_a_request_came() {
    let app = App::new();
    for (line, sent, status, content_type) in [
        ("GET /doors/front", "", 200, "application/json"),
        ("POST /doors/front/action", OPEN, 202, "application/json"),
        ("POST /doors/front/action", OPEN, 409, "application/json"),
        ("POST /doors/front/action", r#"{"shut": null}"#, 400, "application/json"),
        ("GET /doors/front/action", "", 404, "text/plain"),
        ("GET /doors/cellar", "", 404, "application/json"),
        ("GET /doors", "", 404, "application/json"),
    ] {
        let (got, written, document) = app.ask(line, sent).await;
        rule(&format!("{line} {sent}"), (status, content_type), (got, written.as_str()));
        if line == "GET /doors/cellar" {
            let said = &document["itemNotFound"]["message"];
            let stock = "The resource could not be found.";
            rule_that("a door that is not there has a sentence of its own", said != stock, said);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_the_flow_ends_in_the_doors() {
    let mut conf = Conf::default();
    conf.installed.factories.push(("workshop", ENTRY_POINTS));
    let _file = pasted(&mut conf, MOUNT, &format!("/v2.1/house: the_house\n{MOUNT}"), SECTIONS);
    let house = House::start(conf).await;
    let opened = house.post("/house/doors/front/action", &json!({ "open": null })).await;
    let again = house.post("/house/doors/front/action", &json!({ "open": null })).await;
    let servers = house.get("/servers").await;
    let flow = house.flow(opened.request_id()).await;
    house.stop().await;
    rule("the door opens", 202, opened.status);
    rule("once", 409, again.status);
    rule("what is below /v2.1 otherwise is Nova's", 200, servers.status);
    rule_that(
        "the flow ends in the doors",
        flow.contains("POST /doors/{id}/action → Doors.open"),
        flow,
    );
}
