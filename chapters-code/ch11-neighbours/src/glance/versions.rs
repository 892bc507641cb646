//! Which versions of the image API there are (`glance/api/versions.py`).

use http::{StatusCode, header};
use nova_objects::jsonutils::dumps;
use nova_paste::{EntryPoint, Environ, Factory, Response, app_fn, body};
use serde_json::json;

/// `paste.app_factory = glance.api.versions:create_resource`.
pub(super) const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::app("glance.api.versions:create_resource", |_, _, _| {
        Ok(app_fn(async |request| Ok(versions(Environ::of(&request)))))
    });

/// Glance answers with 300, Multiple Choices, whatever is asked.
fn versions(environ: &Environ) -> Response {
    let href = format!("{}/v2/", environ.application_url());
    let version = json!({
        "id": "v2.3",
        "status": "CURRENT",
        "links": [{ "rel": "self", "href": href }],
    });
    let mut response = Response::new(body(dumps(&json!({ "versions": [version] }))));
    *response.status_mut() = StatusCode::MULTIPLE_CHOICES;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
