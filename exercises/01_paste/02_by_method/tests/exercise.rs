//! The rules of this exercise.

use by_method::ENTRY_POINTS;
use http_body_util::BodyExt;
use kit::{House, pasted, rule, rule_that};
use mini_nova::Conf;
use nova_objects::Plugs;
use nova_paste::{
    App, EntryPoint, GlobalConf, Loader, LocalConf, PasteConfig, PasteError, Registry, Request,
    Response, app_fn, body,
};
use serde_json::json;
use std::sync::{Arc, Mutex};

const FILE: &str = "
[DEFAULT]
region = north

[composite:main]
paste.composite_factory = workshop.by_method:by_method_factory
reads = library
writes = post_office

[app:library]
paste.app_factory = the:app
name = library

[app:post_office]
paste.app_factory = the:app
name = post office
";

/// The apps that were made so far.
type Made = Arc<Mutex<Vec<String>>>;

/// An app that says its name and region, and takes part in the count of those that were made.
fn app(loader: &Loader<'_>, global: &GlobalConf, conf: &LocalConf) -> Result<App, PasteError> {
    let name = conf.get("name").unwrap_or("nobody").to_owned();
    let says = format!("{name}, {}", global["region"]);
    loader.plugs().get::<Made>()?.lock().unwrap().push(name);
    Ok(app_fn(move |_request| {
        let answer = Response::new(body(says.clone()));
        async { Ok(answer) }
    }))
}

fn load(text: &str, made: Made) -> Result<App, PasteError> {
    let registry = Registry::new(Plugs::default().plug(made))
        .install("workshop", ENTRY_POINTS)
        .install("the", &[EntryPoint::app("the:app", app)]);
    Ok(PasteConfig::parse("mine.ini", text)?.loader(&registry).load_app("main")?.0)
}

/// Who answers a request with that method, and in which region.
async fn who_answers(app: &App, method: &str) -> String {
    let mut request = Request::new(body(""));
    *request.method_mut() = method.parse().unwrap();
    let answer = app.call(request).await.unwrap();
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(text.to_vec()).unwrap()
}

#[tokio::test]
async fn reads_go_to_one_app_and_all_else_to_the_other() {
    let app = load(FILE, Made::default()).unwrap();
    for (method, who) in [
        ("GET", "library, north"),
        ("HEAD", "library, north"),
        ("OPTIONS", "library, north"),
        ("POST", "post office, north"),
        ("PUT", "post office, north"),
        ("PATCH", "post office, north"),
        ("DELETE", "post office, north"),
        ("MKCOL", "post office, north"),
    ] {
        rule(&format!("who answers {method}"), who, who_answers(&app, method).await);
    }
}

#[tokio::test]
async fn each_app_is_asked_for_once_when_the_file_is_loaded() {
    let made = Made::default();
    let app = load(FILE, made.clone()).unwrap();
    let mut at_the_start = made.lock().unwrap().clone();
    at_the_start.sort();
    rule("what is made at the start", vec!["library", "post office"], at_the_start);
    for method in ["GET", "POST", "GET", "DELETE"] {
        who_answers(&app, method).await;
    }
    rule("what was made after four requests: no more", 2, made.lock().unwrap().len());
}

#[tokio::test]
async fn what_the_section_sets_holds_for_both_apps() {
    let south = FILE.replace("writes =", "set region = south\nwrites =");
    let app = load(&south, Made::default()).unwrap();
    for (method, who) in [("GET", "library, south"), ("POST", "post office, south")] {
        let said = who_answers(&app, method).await;
        rule(&format!("the section says `set region = south`; who answers {method}"), who, said);
    }
}

#[test]
fn a_mistake_in_the_section_stops_the_start() {
    for (line, instead, named) in [
        ("reads = library\n", "", "`reads` is missing"),
        ("writes = post_office\n", "", "`writes` is missing"),
        ("writes = post_office\n", "writes = post_ofice\n", "post_ofice"),
        ("reads = library\n", "reads = library\ndeletes = library\n", "`deletes`"),
    ] {
        let loaded = load(&FILE.replace(line, instead), Made::default());
        let said = loaded.map_or_else(|error| error.to_string(), |_| "it was loaded".into());
        let instead = instead.trim().replace('\n', "`, `");
        rule_that(
            &format!("`{}` changed to `{instead}` stops the start", line.trim()),
            said.contains(named),
            said,
        );
    }
}

const SECTIONS: &str = "
[composite:by_method]
paste.composite_factory = workshop.by_method:by_method_factory
reads = openstack_compute_api_v21
writes = read_only

[pipeline:read_only]
pipeline = compute_req_id closed

[app:closed]
paste.app_factory = workshop.by_method:closed_factory
";

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_one_may_look_and_not_touch() {
    let mut conf = Conf::default();
    conf.installed.factories.push(("workshop", ENTRY_POINTS));
    let old = "/v2.1/+: openstack_compute_api_v21";
    let _file = pasted(&mut conf, old, "/v2.1/+: by_method", SECTIONS);
    let house = House::start(conf).await;
    let look = house.get("/servers").await;
    let touch = house.post("/servers", &json!({ "server": { "name": "demo" } })).await;
    let flows = [house.flow(look.request_id()).await, house.flow(touch.request_id()).await];
    house.stop().await;
    rule("GET /servers is answered by the API", 200, look.status);
    rule("POST /servers is answered by the app that refuses", 503, touch.status);
    for flow in &flows {
        rule_that("the URL map leads to it", flow.contains("/v2.1 → by_method"), flow);
    }
    rule_that("what reads gets to a route", flows[0].contains("route"), &flows[0]);
    rule_that("what writes does not", !flows[1].contains("route"), &flows[1]);
}
