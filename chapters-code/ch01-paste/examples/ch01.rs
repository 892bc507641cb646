//! A configuration file becomes an app: the example that every walk through Nova begins with.
//!
//! Loads `ch01/config.ini`, shows what was made of it, calls it, and then misspells a name.

use http_body_util::{BodyExt, Collected};
use nova_paste::{
    App, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteConfig, PasteError,
    Raised, Registry, Request, Response, app_fn, body,
};

const CONFIG: &str = include_str!("ch01/config.ini");

const INSTALLED: &[EntryPoint<Factory>] = &[
    EntryPoint::composite("urlmap:urlmap_factory", urlmap_factory),
    EntryPoint::composite("router_v1:app_factory", router_v1),
    EntryPoint::filter("filter_v1:filter_factory", filter_v1),
    EntryPoint::app("app_v1:app_factory", app_v1),
];

/// Which path leads to which app is chapter 2; here all lead to the first.
fn urlmap_factory(load: &Loader<'_>, _: &GlobalConf, conf: &LocalConf) -> Result<App, PasteError> {
    let (_path, name) = conf.iter().next().ok_or_else(|| PasteError::key_error("/"))?;
    load.get_app(name)
}

fn router_v1(load: &Loader<'_>, _: &GlobalConf, conf: &LocalConf) -> Result<App, PasteError> {
    let pipeline = conf.get("r1").ok_or_else(|| PasteError::key_error("r1"))?;
    let Some((filter, app)) = pipeline.split_once(' ') else { return load.get_app(pipeline) };
    Ok(load.get_filter(filter)?(load.get_app(app)?))
}

fn filter_v1(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    Ok(Box::new(|app| app_fn(move |request| add_str(app.clone(), request))))
}

async fn add_str(app: App, request: Request) -> Result<Response, Raised> {
    let inner = app.call(request).await?.into_body().collect().await;
    let inner = inner.map(Collected::to_bytes).unwrap_or_default();
    Ok(Response::new(body([&inner, &b"filter v1"[..]].concat())))
}

fn app_v1(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    Ok(app_fn(async |_request| Ok(Response::new(body("app v1")))))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let registry = Registry::default().install("ch01", INSTALLED);
    let load = |text| PasteConfig::parse("config.ini", text)?.loader(&registry).load_app("main");
    let (app, graph) = load(CONFIG)?;
    let answer = app.call(Request::new(body(""))).await?.into_body().collect().await?.to_bytes();
    println!(
        "What was loaded:\n\n{graph}\nWhat it answers:\n\n{}",
        String::from_utf8_lossy(&answer)
    );
    if let Err(error) = load(&CONFIG.replace("filter_v1 app_v1", "filter_v1 app_v2")) {
        println!("\nWith a slip of the pen in the file:\n\n{error}");
    }
    Ok(())
}
