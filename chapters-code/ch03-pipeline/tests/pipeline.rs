//! Pipelines out of a configuration: which filters stand where.

use http_body_util::BodyExt;
use nova_objects::Plugs;
use nova_paste::{
    App, EntryPoint, Environ, Factory, PasteConfig, PasteError, Raised, Registry, Request,
    Response, app_fn, body,
};
use nova_pipeline::{ENTRY_POINTS, Options, sizelimit};

const CONFIG: &str = "
[composite:v21]
use = call:nova.api.auth:pipeline_factory_v21
noauth2 = compute_req_id noauth2 app
keystone = faultwrap app
keystone_nolimit = app
nothing =

[composite:v2]
use = call:nova.api.auth:pipeline_factory
noauth2 = app
keystone = faultwrap app
keystone_nolimit = app

[pipeline:small]
pipeline = sizelimit app

[filter:sizelimit]
paste.filter_factory = oslo_middleware:RequestBodySizeLimiter.factory
max_request_body_size = 5

[filter:compute_req_id]
paste.filter_factory = nova.api.compute_req_id:ComputeReqIdMiddleware.factory
[filter:faultwrap]
paste.filter_factory = nova.api.openstack:FaultWrapper.factory
[filter:noauth2]
paste.filter_factory = nova.api.openstack.auth:NoAuthMiddleware.factory
[app:app]
paste.app_factory = test:app_factory
";

const APP: EntryPoint<Factory> = EntryPoint::app("test:app_factory", |_, _, _| Ok(app_fn(app)));

/// Answers the request id of the context it is shown, or raises.
async fn app(request: Request) -> Result<Response, Raised> {
    let context = Environ::of(&request).context.clone();
    let context = context.ok_or_else(|| Raised::new("KeyError", "nova.context"))?;
    Ok(Response::new(body(context.request_id)))
}

fn load(name: &str, plugs: Plugs) -> Result<App, PasteError> {
    let registry = Registry::new(plugs).install("nova", ENTRY_POINTS).install("test", &[APP]);
    let (app, _) = PasteConfig::parse("test.ini", CONFIG)?.loader(&registry).load_app(name)?;
    Ok(app)
}

fn strategy(auth_strategy: &str, api_rate_limit: bool) -> Plugs {
    Plugs::default().plug(Options { auth_strategy: auth_strategy.into(), api_rate_limit })
}

#[tokio::test]
async fn the_first_filter_is_the_outermost() {
    let app = load("v21", strategy("noauth2", false)).unwrap();
    let mut request = Request::new(body(""));
    request.headers_mut().insert("x-auth-token", "admin".parse().unwrap());
    let response = app.call(request).await.unwrap();
    let told = response.headers()["x-compute-request-id"].clone();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), told.as_bytes());
}

#[tokio::test]
async fn only_the_old_factory_asks_for_a_pipeline_without_limits() {
    for (name, limited, wrapped) in
        [("v21", false, true), ("v21", true, true), ("v2", false, false), ("v2", true, true)]
    {
        let app = load(name, strategy("keystone", limited)).unwrap();
        assert_eq!(app.call(Request::new(body(""))).await.is_ok(), wrapped, "{name} {limited}");
    }
}

#[tokio::test]
async fn without_options_the_strategy_is_keystone() {
    let app = load("v21", Plugs::default()).unwrap();
    assert_eq!(app.call(Request::new(body(""))).await.unwrap().status(), 500);
}

#[test]
fn an_unknown_strategy_is_told_which_there_are() {
    let error = load("v2", strategy("noauth3", false)).err().unwrap().to_string();
    let told = "no pipeline for auth_strategy = noauth3; there are: noauth2, keystone, \
                keystone_nolimit";
    assert!(error.contains(told), "{error}");
}

#[test]
fn a_pipeline_of_nothing_is_refused() {
    let error = load("v21", strategy("nothing", false)).err().unwrap().to_string();
    assert!(error.contains("a pipeline of nothing"), "{error}");
}

#[tokio::test]
async fn a_limit_in_the_filters_section_goes_before_the_option() {
    let plugs = Plugs::default().plug(sizelimit::Options { max_request_body_size: 100 });
    let app = load("small", plugs).unwrap();
    let mut request = Request::new(body("123456"));
    request.headers_mut().insert("content-length", 6.into());
    assert_eq!(app.call(request).await.unwrap().status(), 413);
}
