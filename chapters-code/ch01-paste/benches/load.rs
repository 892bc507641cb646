//! How long it takes to turn the whole API's configuration into an app: `cargo bench -p nova-paste`.

use divan::{Bencher, black_box};
use nova_paste::{
    App, EntryPoint, Factory, Filter, GlobalConf, Ini, Loader, LocalConf, PasteConfig, PasteError,
    Registry, Response, Source, app_fn, body,
};

const API_PASTE: &str = include_str!("../../../etc/api-paste.ini");

/// Factories that do as little as they can, under the names that the file needs.
const INSTALLED: &[EntryPoint<Factory>] = &[
    EntryPoint::composite("nova.api.openstack.urlmap:urlmap_factory", urlmap),
    EntryPoint::composite("nova.api.auth:pipeline_factory_v21", pipeline),
    EntryPoint::app("nova.api.openstack.compute:APIRouterV21.factory", app),
    EntryPoint::app("nova.api.openstack.compute.versions:Versions.factory", app),
    EntryPoint::app("nova.api.openstack.compute.versions:VersionsV2.factory", app),
    EntryPoint::filter("oslo_middleware.cors:filter_factory", filter),
    EntryPoint::filter("nova.api.compute_req_id:ComputeReqIdMiddleware.factory", filter),
    EntryPoint::filter("nova.api.openstack:FaultWrapper.factory", filter),
    EntryPoint::filter("oslo_middleware:RequestBodySizeLimiter.factory", filter),
    EntryPoint::filter("nova.profiler:WsgiMiddleware.factory", filter),
    EntryPoint::filter("nova.api.openstack.auth:NoAuthMiddleware.factory", filter),
    EntryPoint::filter("nova.api.openstack:LegacyV2CompatibleWrapper.factory", filter),
];

fn app(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    Ok(app_fn(async |_request| Ok(Response::new(body("")))))
}

fn filter(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    Ok(Box::new(|app| app))
}

/// Asks for every app, and gives the last.
fn urlmap(load: &Loader<'_>, _: &GlobalConf, conf: &LocalConf) -> Result<App, PasteError> {
    let apps = conf.iter().map(|(_path, name)| load.get_app(name));
    let last = apps.collect::<Result<Vec<_>, _>>()?.pop();
    last.ok_or_else(|| PasteError::key_error("/"))
}

fn pipeline(load: &Loader<'_>, _: &GlobalConf, conf: &LocalConf) -> Result<App, PasteError> {
    let names = conf.get("noauth2").ok_or_else(|| PasteError::key_error("noauth2"))?;
    let mut names = names.split(' ').rev();
    let app = load.get_app(names.next().unwrap_or_default())?;
    names.try_fold(app, |app, name| Ok(load.get_filter(name)?(app)))
}

fn main() {
    divan::main();
}

/// From a text to sections and settings.
#[divan::bench]
fn read(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Ini::parse(Source::new("api-paste.ini", black_box(API_PASTE))).map(drop));
}

/// From a text to an app.
#[divan::bench]
fn load(bencher: Bencher<'_, '_>) {
    let registry = Registry::default().install("nova", INSTALLED);
    let load = || {
        let config = PasteConfig::parse("api-paste.ini", black_box(API_PASTE))?;
        config.loader(&registry).load_app("osapi_compute")
    };
    assert!(load().is_ok(), "the file names a factory that is not installed here");
    bencher.bench(load);
}
