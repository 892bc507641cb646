//! Metadata of something: what that of servers and that of images have in common
//! (`nova/api/openstack/compute/schemas/server_metadata.py`, `image_metadata.py`).
//!
//! | request | action | body |
//! |---|---|---|
//! | `GET .../metadata` | index | |
//! | `POST .../metadata` | create: add these | `{"metadata": {...}}` |
//! | `PUT .../metadata` | update_all: these and no others | `{"metadata": {...}}` |
//! | `GET .../metadata/{key}` | show | |
//! | `PUT .../metadata/{key}` | update | `{"meta": {key: value}}` |
//! | `DELETE .../metadata/{key}` | delete | |

use crate::validation::{
    Validation,
    parameter_types::{metadata, object},
};
use boon::CompileError;
use nova_router::{ApiError, ApiRequest, Mapper, Resource, Route};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// A body with any number of items.
pub(super) fn many() -> Result<Validation, CompileError> {
    Validation::new(&object(json!({ "metadata": metadata() }), &["metadata"]))
}

/// A body with one.
pub(super) fn single() -> Result<Validation, CompileError> {
    let mut single = metadata();
    single["minProperties"] = json!(1);
    single["maxProperties"] = json!(1);
    Validation::new(&object(json!({ "meta": single }), &["meta"]))
}

/// The items of a body that [`many`] allows.
pub(super) fn items(request: &ApiRequest) -> BTreeMap<String, String> {
    texts(request, "metadata")
}

/// The one item of a body that [`single`] allows.
///
/// # Errors
///
/// It is not the one that the URL names: status 400.
pub(super) fn item(request: &ApiRequest) -> Result<BTreeMap<String, String>, ApiError> {
    let item = texts(request, "meta");
    if item.contains_key(request.arg("id")) {
        return Ok(item);
    }
    Err(ApiError::http(400, "Request body and URI mismatch"))
}

fn texts(request: &ApiRequest, name: &str) -> BTreeMap<String, String> {
    let all = request.body.as_ref().and_then(|body| body[name].as_object());
    let text = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
    all.into_iter().flatten().filter_map(text).collect()
}

/// The route that a collection does not have by itself: `PUT` of all there are at `path`. As in
/// Nova, whatever stands in front of it is taken for a project.
pub(super) fn update_all_route(mapper: &mut Mapper, path: &str, resource: &Arc<Resource>) {
    for path in [&format!("/{{project_id}}{path}"), path] {
        let route = Route::new(path.to_owned(), resource).named("metadata");
        mapper.connect(route.action("update_all").method("PUT"));
    }
}
