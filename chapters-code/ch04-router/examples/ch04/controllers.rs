//! A small API. What its methods answer is what the route took out of the path.

use nova_objects::StoreError;
use nova_router::{
    ApiError, ApiRequest, ApiVersionRequest, ApiVersions, Controller, ControllerBuilder,
    MapperError, ProjectMapper, Resource, ResourceOptions, Route, Router, method,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Mitaka's.
const VERSIONS: ApiVersions =
    ApiVersions { min: ApiVersionRequest(2, 1), max: ApiVersionRequest(2, 25) };

/// The table of routes, and who answers.
pub(crate) fn router() -> Result<Router, MapperError> {
    let mut mapper = ProjectMapper::default();
    let options = ResourceOptions::default().collection("detail", "GET").member("action", "POST");
    mapper.resource("server", "servers", &resource(servers()), &options);
    let keypairs = resource(keypairs());
    mapper.resource("os-keypairs", "os-keypairs", &keypairs, &ResourceOptions::default());
    let metadata = resource(controller("Metadata").action("update_all", method(args)));
    for path in ["/{project_id}/servers/{server_id}/metadata", "/servers/{server_id}/metadata"] {
        mapper.connect(Route::new(path, &metadata).action("update_all").method("PUT"));
    }
    mapper.redirect("", "/");
    Router::new(mapper)
}

fn servers() -> ControllerBuilder<()> {
    let since = ApiVersionRequest;
    controller("Servers")
        .action("index", method(async |_, _| Ok(json!({"servers": []}))).api_version(..since(2, 9)))
        .action(
            "index",
            method(async |_, _| Ok(json!({"servers": [], "since": "2.9"})))
                .api_version(since(2, 9)..),
        )
        .action("detail", method(args))
        .action("show", method(show).expected_errors(&[404]))
        .action("create", method(args).response(202))
        .action("update", method(args))
        .action(
            "delete",
            method(async |state, request| show(state, request).await.map(drop)).response(204),
        )
        .wsgi_action("os-start", method(args).response(202))
        .wsgi_action("trigger_crash_dump", method(args).response(202).api_version(since(2, 17)..))
}

fn keypairs() -> ControllerBuilder<()> {
    let methods = ["index", "show", "create", "delete"].into_iter();
    methods.fold(controller("Keypairs"), |keypairs, name| keypairs.action(name, method(args)))
}

/// Says what the route took out of the path.
async fn args(_: Arc<()>, request: ApiRequest) -> Result<Value, ApiError> {
    Ok(json!(request.args))
}

/// Fails for some servers.
async fn show(state: Arc<()>, request: ApiRequest) -> Result<Value, ApiError> {
    match request.arg("id") {
        "lost" => Err(ApiError::http(404, "Instance lost could not be found.")),
        "locked" => Err(ApiError::http(409, "Instance locked is locked")),
        "broken" => Err(StoreError::Unavailable("no disk".into()))?,
        _ => args(state, request).await,
    }
}

fn controller(name: &str) -> ControllerBuilder<()> {
    Controller::builder(name, Arc::new(()))
}

fn resource<S: Send + Sync + 'static>(controller: ControllerBuilder<S>) -> Arc<Resource> {
    Arc::new(Resource::v21(controller.build(), VERSIONS))
}
