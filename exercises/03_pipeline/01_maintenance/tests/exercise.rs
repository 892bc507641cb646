//! The rules of this exercise.

use http::Method;
use http_body_util::BodyExt;
use kit::{House, pasted, rule, rule_that};
use maintenance::ENTRY_POINTS;
use mini_nova::Conf;
use nova_objects::RequestContext;
use nova_paste::{
    App, EntryPoint, Environ, GlobalConf, Loader, LocalConf, PasteConfig, PasteError, Registry,
    Request, Response, app_fn, body,
};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};
use tempfile::TempDir;

/// A place for the file, and the section that names it.
struct Site {
    _folder: TempDir,
    file: PathBuf,
    section: String,
}

impl Site {
    /// A cloud that nobody mends yet.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("maintenance");
        let section = format!(
            "
[filter:maintenance]
paste.filter_factory = workshop.maintenance:Maintenance.factory
file = {}
retry_after = 120
",
            file.display()
        );
        Self { _folder: folder, file, section }
    }

    /// The repairs begin.
    fn close(&self) {
        fs::write(&self.file, "").unwrap();
    }

    /// They are over.
    fn open(&self) {
        fs::remove_file(&self.file).unwrap();
    }

    /// An app that does all it is asked for, behind these filters.
    fn app(&self, filters: &str) -> App {
        let file = format!(
            "
[pipeline:main]
pipeline = {filters} app

[app:app]
paste.app_factory = the:app

[filter:noauth2]
paste.filter_factory = nova.api.openstack.auth:NoAuthMiddleware.factory
{}",
            self.section
        );
        let registry = Registry::default()
            .install("nova", nova_pipeline::ENTRY_POINTS)
            .install("workshop", ENTRY_POINTS)
            .install("the", &[EntryPoint::app("the:app", app)]);
        let config = PasteConfig::parse("mine.ini", &file).unwrap();
        config.loader(&registry).load_app("main").unwrap().0
    }
}

fn app(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    Ok(app_fn(async |_request| Ok(Response::new(body("done")))))
}

async fn ask(app: &App, method: Method, context: Option<RequestContext>) -> Response {
    let mut request = Request::new(body(""));
    *request.method_mut() = method;
    Environ::of_mut(&mut request).context = context;
    app.call(request).await.unwrap()
}

/// Somebody of a project.
fn user(user: &str, is_admin: bool) -> Option<RequestContext> {
    Some(RequestContext { is_admin, ..RequestContext::new(user, "c0ffee") })
}

#[tokio::test]
async fn while_the_file_is_there_writes_are_refused_by_a_fault() {
    let site = Site::new();
    site.close();
    let app = site.app("maintenance");
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        let answer = ask(&app, method.clone(), user("demo", false)).await;
        rule(&format!("{method} passes"), 200, answer.status().as_u16());
    }
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = ask(&app, method.clone(), user("demo", false)).await;
        rule(&format!("{method} is refused"), 503, answer.status().as_u16());
        let retry_after = answer.headers().get("retry-after").map(|it| it.to_str().unwrap());
        rule("when to ask again, in seconds", Some("120"), retry_after);
        let text = answer.into_body().collect().await.unwrap().to_bytes();
        let fault: Value = serde_json::from_slice(&text).unwrap_or_default();
        rule("the body is a fault", 503, fault["serviceUnavailable"]["code"].clone());
    }
}

#[tokio::test]
async fn the_file_is_looked_for_at_each_request() {
    let site = Site::new();
    let app = site.app("maintenance");
    for (what, status) in [("is not there yet", 200), ("is there", 503), ("is gone again", 200)] {
        let answer = ask(&app, Method::POST, user("demo", false)).await;
        rule(&format!("a POST while the file {what}"), status, answer.status().as_u16());
        if status == 200 { site.close() } else { site.open() }
    }
}

#[tokio::test]
async fn who_is_an_administrator_the_context_says() {
    let site = Site::new();
    site.close();
    let app = site.app("maintenance");
    for (who, context, status) in [
        ("an administrator called root", user("root", true), 200),
        ("somebody called admin who is none", user("admin", false), 503),
        ("nobody knows who", None, 503),
    ] {
        let answer = ask(&app, Method::POST, context).await;
        rule(&format!("a POST by {who}"), status, answer.status().as_u16());
    }
}

#[tokio::test]
async fn in_front_of_noauth2_nobody_may_write() {
    let site = Site::new();
    site.close();
    for (filters, status) in [("noauth2 maintenance", 200), ("maintenance noauth2", 503)] {
        let app = site.app(filters);
        let mut request = Request::new(body(""));
        *request.method_mut() = Method::POST;
        request.headers_mut().insert("x-auth-token", "admin".parse().unwrap());
        let answer = app.call(request).await.unwrap();
        rule(&format!("a POST by admin, with `{filters}`"), status, answer.status().as_u16());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_a_refused_write_ends_at_the_filter() {
    let site = Site::new();
    let mut conf = Conf::default();
    conf.installed.factories.push(("workshop", ENTRY_POINTS));
    let old = "osprofiler noauth2 osapi_compute_app_v21";
    let new = "osprofiler noauth2 maintenance osapi_compute_app_v21";
    let _file = pasted(&mut conf, old, new, &site.section);
    let house = House::start(conf).await;
    site.close();
    let demo = [("x-auth-token", "demo:c0ffee")];
    let key = json!({ "keypair": { "name": "mine" } });
    let refused = house.ask(Method::POST, "/os-keypairs", &demo, Some(&key)).await;
    let look = house.ask(Method::GET, "/servers", &demo, None).await;
    let by_admin = house.post("/os-keypairs", &key).await;
    site.open();
    let later = house.ask(Method::POST, "/os-keypairs", &demo, Some(&key)).await;
    let flow = house.flow(refused.request_id()).await;
    house.stop().await;
    rule("demo may not write", (503, "120"), (refused.status, refused.header("retry-after")));
    rule("demo may look", 200, look.status);
    rule("an administrator may write", 200, by_admin.status);
    rule("demo may write when the file is gone", 200, later.status);
    rule_that("the filter is in the flow", flow.contains("maintenance"), &flow);
    rule_that("the flow ends there, without a route", !flow.contains("route"), &flow);
}
