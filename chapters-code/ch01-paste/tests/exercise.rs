//! The exercise of chapter 1, solved: a filter that adds what its section says.

use http_body_util::BodyExt;
use nova_paste::{
    App, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteConfig, PasteError,
    Raised, Registry, Request, Response, app_fn, body,
};

// ANCHOR: solution
async fn add(app: App, request: Request, adds: String) -> Result<Response, Raised> {
    let inner = app.call(request).await?.into_body().collect().await;
    let inner = inner.map_err(|error| Raised::new("OSError", error.to_string()))?.to_bytes();
    Ok(Response::new(body([&inner, adds.as_bytes()].concat())))
}

fn filter_factory(
    _loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<Filter, PasteError> {
    let adds = local_conf.get("adds").ok_or_else(|| PasteError::key_error("adds"))?.to_owned();
    Ok(Box::new(|app| app_fn(move |request| add(app.clone(), request, adds.clone()))))
}

const FILTER_V2: EntryPoint<Factory> =
    EntryPoint::filter("filter_v2:filter_factory", filter_factory);
// ANCHOR_END: solution

const CONFIG: &str = "\
[pipeline:main]
pipeline = first second app_v1

[filter:first]
paste.filter_factory = filter_v2:filter_factory
adds = +first

[filter:second]
use = first
adds = +second

[app:app_v1]
paste.app_factory = app_v1:app_factory
";

fn app_factory(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    Ok(app_fn(async |_request| Ok(Response::new(body("app v1")))))
}

fn load(text: &str) -> Result<App, PasteError> {
    let app_v1 = EntryPoint::app("app_v1:app_factory", app_factory);
    let registry = Registry::default().install("exercise", &[FILTER_V2, app_v1]);
    Ok(PasteConfig::parse("mine.ini", text)?.loader(&registry).load_app("main")?.0)
}

#[tokio::test]
async fn the_outermost_filter_adds_last() {
    let answer = load(CONFIG).unwrap().call(Request::new(body(""))).await.unwrap();
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(text, "app v1+second+first");
}

#[test]
fn a_filter_that_is_told_nothing_says_so() {
    let error = load(&CONFIG.replace("adds = +first\n", "")).err().unwrap().to_string();
    assert!(error.contains("`adds` is missing") && error.contains("mine.ini:5"), "{error}");
}
