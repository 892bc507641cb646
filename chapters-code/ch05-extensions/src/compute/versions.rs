//! Which versions there are (`nova/api/openstack/compute/versions.py`, `versionsV21.py`).

use super::views::versions::{Version, v2, v21};
use crate::{
    api_router_v21::API_VERSIONS,
    extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point},
};
use http::{StatusCode, header};
use nova_objects::jsonutils::dumps;
use nova_paste::{
    App, EntryPoint, Environ, Factory, GlobalConf, Loader, LocalConf, PasteError, Request,
    Response, app_fn, body,
};
use nova_router::{ApiError, ApiRequest, ApiVersions, Controller, Mapper, Resource, Route, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The list of versions, at `/`; and, for any other URL that names no version, the choice among
/// them.
pub const VERSIONS: EntryPoint<Factory> =
    EntryPoint::app("nova.api.openstack.compute.versions:Versions.factory", |loader, _, _| {
        let range = range(loader);
        Ok(app_fn(move |request| async move { Ok(versions(range, &request)) }))
    });

/// The document of one version, for everybody: today's mount at `/v2.1`.
pub const VERSIONS_V2: EntryPoint<Factory> =
    EntryPoint::app("nova.api.openstack.compute.versions:VersionsV2.factory", versions_v2);

/// The same document as part of the API itself: the period's way.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("versions", "nova.api.openstack.compute.versionsV21:Versions", |plugs| {
        let range = plugs.get().unwrap_or(API_VERSIONS);
        let versions = ResourceExtension::new("versions", VersionsController { range }.methods())
            .member("version")
            .custom_routes(at_the_root);
        let about = "API Version information.";
        Ok(V21ApiExtension::new("Versions", "versions", about).resource(versions))
    });

fn range(loader: &Loader<'_>) -> ApiVersions {
    loader.plugs().get().unwrap_or(API_VERSIONS)
}

fn versions(range: ApiVersions, request: &Request) -> Response {
    let environ = Environ::of(request);
    let all = [v2(), v21(range)];
    if environ.path_info == "/" {
        let list: Vec<Value> = all.iter().map(|version| version.in_list(environ)).collect();
        return document(environ, StatusCode::OK, &json!({ "versions": list }));
    }
    let choices: Vec<Value> = all.iter().map(|version| version.as_choice(environ)).collect();
    document(environ, StatusCode::MULTIPLE_CHOICES, &json!({ "choices": choices }))
}

fn versions_v2(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    let range = range(loader);
    Ok(app_fn(move |request| async move {
        let environ = Environ::of(&request);
        Ok(document(environ, StatusCode::OK, &current(range, environ).show(environ)))
    }))
}

/// The version that the request came through.
fn current(range: ApiVersions, environ: &Environ) -> Version {
    if environ.legacy_v2 { v2() } else { v21(range) }
}

/// JSON, under the type that was negotiated, whatever it is.
fn document(environ: &Environ, status: StatusCode, document: &Value) -> Response {
    let mut response = Response::new(body(dumps(document)));
    *response.status_mut() = status;
    let negotiated = environ.best_content_type.as_deref().unwrap_or("application/json");
    if let Ok(content_type) = header::HeaderValue::from_str(negotiated) {
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    response
}

fn at_the_root(mapper: &mut Mapper, resource: &Arc<Resource>) {
    mapper.connect(Route::new("/", resource).named("versions").action("show").method("GET"));
    mapper.redirect("", "/");
}

/// The controller behind `/` and `/versions`.
struct VersionsController {
    range: ApiVersions,
}

impl VersionsController {
    fn methods(self) -> Controller {
        let rule = "os_compute_api:versions:discoverable";
        Controller::builder("VersionsController", Arc::new(self))
            .action("show", method(Self::show).expected_errors(&[404]).policy(rule))
            .build()
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let all = [v2(), v21(self.range)];
        let version = match request.arg("id") {
            "" => current(self.range, &request.environ),
            id => all
                .into_iter()
                .find(|version| version.id() == id)
                .ok_or_else(|| ApiError::http(404, "The resource could not be found."))?,
        };
        Ok(version.show(&request.environ))
    }
}
