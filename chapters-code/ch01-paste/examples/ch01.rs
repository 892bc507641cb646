//! A configuration file becomes an app: the example that every walk through Nova begins with.
//!
//! `cargo ch01` loads `examples/ch01/config.ini`, shows what was made of it, calls it, and then
//! breaks the file to show what an error looks like.

use http_body_util::BodyExt;
use nova_paste::{
    App, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteConfig, PasteError,
    Registry, Request, Response, app_fn, body,
};

const CONFIG: &str = include_str!("ch01/config.ini");

const INSTALLED: &[EntryPoint<Factory>] = &[
    EntryPoint::composite("urlmap:urlmap_factory", urlmap_factory),
    EntryPoint::composite("router_v1:app_factory", router_v1),
    EntryPoint::filter("filter_v1:filter_factory", filter_v1),
    EntryPoint::app("app_v1:app_factory", app_v1),
];

/// Which app for which path is chapter 2; this one has a single app, for every path.
fn urlmap_factory(
    loader: &Loader<'_>,
    _: &GlobalConf,
    conf: &LocalConf,
) -> Result<App, PasteError> {
    let (_path, name) = conf.iter().next().ok_or_else(|| PasteError::key_error("/"))?;
    loader.get_app(name)
}

fn router_v1(loader: &Loader<'_>, _: &GlobalConf, conf: &LocalConf) -> Result<App, PasteError> {
    let pipeline = conf.get("r1").ok_or_else(|| PasteError::key_error("r1"))?;
    let Some((filter, app)) = pipeline.split_once(' ') else { return loader.get_app(pipeline) };
    let filter = loader.get_filter(filter)?;
    Ok(filter(loader.get_app(app)?))
}

fn filter_v1(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    Ok(Box::new(|app| app_fn(move |request| add_str(app.clone(), request))))
}

async fn add_str(app: App, request: Request) -> Result<Response, nova_paste::Raised> {
    let inner = app.call(request).await?.into_body().collect().await;
    let bytes = inner.map(|body| body.to_bytes()).unwrap_or_default();
    Ok(Response::new(body([&bytes[..], b"filter v1"].concat())))
}

fn app_v1(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    Ok(app_fn(async |_request| Ok(Response::new(body("app v1")))))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let registry = Registry::default().install("ch01", INSTALLED);
    let (app, graph) =
        PasteConfig::parse("config.ini", CONFIG)?.loader(&registry).load_app("main")?;
    println!("What was loaded:\n\n{graph}");
    let answer = app.call(Request::new(body(""))).await?.into_body().collect().await?.to_bytes();
    println!("What it answers:\n\n{}\n", String::from_utf8_lossy(&answer));
    let broken =
        PasteConfig::parse("config.ini", &CONFIG.replace("filter_v1 app_v1", "filter_v1 app_v2"))?;
    if let Err(error) = broken.loader(&registry).load_app("main") {
        println!("With a slip of the pen in it:\n\n{error}");
    }
    Ok(())
}
