//! The rules of this exercise.

use healthcheck::ENTRY_POINTS;
use http::Method;
use http_body_util::BodyExt;
use kit::{House, pasted, rule, rule_that};
use mini_nova::Conf;
use nova_paste::{App, PasteConfig, Registry, Request, body};
use std::{fs, path::Path};
use tempfile::TempDir;

const SECTION: &str = "
[app:healthcheckapp]
paste.app_factory = workshop.healthcheck:Healthcheck.app_factory
";

/// A section that names a file.
fn naming(file: &Path) -> String {
    format!("{SECTION}disable_by_file_path = {}\n", file.display())
}

fn load(section: &str) -> App {
    let registry = Registry::default().install("workshop", ENTRY_POINTS);
    let config = PasteConfig::parse("mine.ini", section).unwrap();
    config.loader(&registry).load_app("healthcheckapp").unwrap().0
}

/// Status and text of what the app says, and what it allows.
async fn ask(app: &App, method: Method) -> (u16, String, String) {
    let mut request = Request::new(body(""));
    *request.method_mut() = method;
    let (head, text) = app.call(request).await.unwrap().into_parts();
    let text = text.collect().await.unwrap().to_bytes();
    let allow = head.headers.get("allow").map_or("", |allow| allow.to_str().unwrap());
    (head.status.as_u16(), String::from_utf8_lossy(&text).into_owned(), allow.to_owned())
}

fn says(status: u16, text: &str) -> (u16, String, String) {
    (status, text.to_owned(), String::new())
}

#[tokio::test]
async fn without_a_file_all_is_well() {
    rule("the section names no file", says(200, "OK"), ask(&load(SECTION), Method::GET).await);
    let nowhere = load(&naming(Path::new("/no/such/file")));
    rule("the file is not there", says(200, "OK"), ask(&nowhere, Method::GET).await);
}

#[tokio::test]
async fn while_the_file_is_there_it_is_disabled() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("disabled");
    let app = load(&naming(&file));
    rule("before the file is there", says(200, "OK"), ask(&app, Method::GET).await);
    fs::write(&file, "").unwrap();
    let disabled = says(503, "DISABLED BY FILE");
    rule("while the file is there", disabled, ask(&app, Method::GET).await);
    fs::remove_file(&file).unwrap();
    rule("when the file is gone again", says(200, "OK"), ask(&app, Method::GET).await);
}

#[tokio::test]
async fn head_gets_the_status_and_no_body() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("disabled");
    let app = load(&naming(&file));
    rule("HEAD of a service that is well", says(204, ""), ask(&app, Method::HEAD).await);
    fs::write(&file, "").unwrap();
    rule("HEAD of one that is disabled", says(503, ""), ask(&app, Method::HEAD).await);
}

#[tokio::test]
async fn other_methods_are_refused_and_told_what_is_allowed() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("disabled");
    let app = load(&naming(&file));
    let refused = (405, "GET, HEAD".to_owned());
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let (status, _, allow) = ask(&app, method.clone()).await;
        rule(&format!("status and `Allow` of {method}"), refused.clone(), (status, allow));
    }
    fs::write(&file, "").unwrap();
    let (status, _, allow) = ask(&app, Method::POST).await;
    rule("the same while the file is there", refused, (status, allow));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_it_answers_who_has_no_token() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("disabled");
    let mut conf = Conf::default();
    conf.installed.factories.push(("workshop", ENTRY_POINTS));
    let mounts = "/: oscomputeversions\n";
    let pipeline = "[pipeline:healthcheck]\npipeline = compute_req_id healthcheckapp\n";
    let sections = format!("{pipeline}{}", naming(&file));
    let more = format!("{mounts}/healthcheck: healthcheck\n");
    let _file = pasted(&mut conf, mounts, &more, &sections);
    let house = House::start(conf).await;
    let well = house.ask_root(Method::GET, "/healthcheck", &[]).await;
    fs::write(&file, "").unwrap();
    let disabled = house.ask_root(Method::GET, "/healthcheck", &[]).await;
    let servers = house.get("/servers").await;
    let flow = house.flow(disabled.request_id()).await;
    house.stop().await;
    rule("it answers on its mount", (200, "OK"), (well.status, well.body.as_str()));
    let says = (disabled.status, disabled.body.as_str());
    rule("the file disables it", (503, "DISABLED BY FILE"), says);
    rule("and disables nothing else", 200, servers.status);
    rule_that("the URL map leads to it", flow.contains("/healthcheck → healthcheck"), &flow);
    rule_that("no filter of the flow asks for a token", !flow.contains("noauth2"), &flow);
}
