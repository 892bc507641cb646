//! Which versions of the identity API there are (`keystone/version/controllers.py`).

use http::{StatusCode, header};
use nova_objects::jsonutils::dumps;
use nova_paste::{EntryPoint, Environ, Factory, Request, Response, app_fn, body};
use nova_pipeline::webob::{Asker, http_error, plain_error};
use nova_router::{ApiError, ApiRequest, Controller, Mapper, Resource, Route, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// `paste.app_factory = keystone.version.service:public_version_app_factory`.
pub(super) const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::app("keystone.version.service:public_version_app_factory", |_, _, _| {
        Ok(app_fn(async |request| Ok(versions(&request))))
    });

/// Keystone answers with 300, Multiple Choices, at its root; unlike Glance, nowhere else.
fn versions(request: &Request) -> Response {
    let environ = Environ::of(request);
    if !matches!(&*environ.path_info, "" | "/") {
        return plain_error(404, http_error(404).explanation, &Asker::of(request));
    }
    let href = format!("{}/v3/", environ.application_url());
    let list = json!({ "versions": { "values": [version(&href)] } });
    let mut response = Response::new(body(dumps(&list)));
    *response.status_mut() = StatusCode::MULTIPLE_CHOICES;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// The document of the one version, for everybody.
pub(super) fn connect(mapper: &mut Mapper) {
    let controller = Controller::builder("VersionV3", Arc::new(())).action("show", method(show));
    let resource = Arc::new(Resource::new(controller.build()));
    for (verb, path) in [("GET", ""), ("GET", "/"), ("HEAD", ""), ("HEAD", "/")] {
        mapper.connect(Route::new(path, &resource).action("show").method(verb));
    }
}

async fn show(_: Arc<()>, request: ApiRequest) -> Result<Value, ApiError> {
    let href = format!("{}/", request.environ.application_url());
    Ok(json!({ "version": version(&href) }))
}

/// Mitaka's.
fn version(href: &str) -> Value {
    json!({
        "id": "v3.6",
        "status": "stable",
        "updated": "2016-04-04T00:00:00Z",
        "links": [{ "rel": "self", "href": href }],
        "media-types": [{
            "base": "application/json",
            "type": "application/vnd.openstack.identity-v3+json",
        }],
    })
}
