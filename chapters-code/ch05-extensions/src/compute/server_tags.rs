//! `/servers/{server_id}/tags`, since 2.26 (nova 15.0.0, `nova/api/openstack/compute/server_tags.py`).

use super::views::Links;
use crate::{
    compute_api::{API, Action, MAX_TAG_COUNT},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    validation::{
        Schema, Validated, Validation,
        parameter_types::{object, tag},
    },
};
use nova_router::{
    ApiError, ApiRequest, ApiResponse, ApiVersionRequest, Controller, ResourceOptions, method,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

/// All but what may stand in a URL as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The extension `os-server-tags`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("server_tags", "nova.api.openstack.compute.server_tags:ServerTags", |plugs| {
        let compute_api = API::new(plugs)?;
        let controller = ServerTagsController { compute_api, tag: Schema::compile(tag())? };
        let options = ResourceOptions::default()
            .parent("server", "servers")
            .collection("delete_all", "DELETE")
            .collection("update_all", "PUT");
        let tags = ResourceExtension::new("tags", controller.methods()?).options(options);
        Ok(V21ApiExtension::new("ServerTags", "os-server-tags", "Server tags support.")
            .resource(tags))
    });

/// The controller behind it.
struct ServerTagsController {
    compute_api: API,
    tag: Schema,
}

impl ServerTagsController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let since = ApiVersionRequest(2, 26)..;
        let tags = json!({ "type": "array", "items": tag(), "maxItems": MAX_TAG_COUNT });
        let all = Validation::new(&object(json!({ "tags": tags }), &["tags"]))?;
        let nothing = Validation::new(&json!({ "type": "null" }))?;
        let index = method(Self::index).policy("os_compute_api:os-server-tags:index");
        let show = method(Self::show).policy("os_compute_api:os-server-tags:show");
        let update = method(Self::update).policy("os_compute_api:os-server-tags:update");
        let update_all =
            method(Self::update_all).policy("os_compute_api:os-server-tags:update_all");
        let delete = method(Self::delete).policy("os_compute_api:os-server-tags:delete");
        let delete_all =
            method(Self::delete_all).policy("os_compute_api:os-server-tags:delete_all");
        let (read, removed, written) = (&[404], &[404, 409], &[400, 404, 409]);
        let update = update.expected_errors(written).schema(nothing);
        let update_all = update_all.expected_errors(written).schema(all);
        let delete = delete.response(204).expected_errors(removed);
        let delete_all = delete_all.response(204).expected_errors(removed);
        let show = show.response(204).expected_errors(read);
        Ok(Controller::builder("ServerTagsController", Arc::new(self))
            .action("index", index.expected_errors(read).api_version(since.clone()))
            .action("show", show.api_version(since.clone()))
            .action("update", update.api_version(since.clone()))
            .action("update_all", update_all.api_version(since.clone()))
            .action("delete", delete.api_version(since.clone()))
            .action("delete_all", delete_all.api_version(since))
            .build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let instance = self.compute_api.instance(&request).await?;
        Ok(json!({ "tags": instance.tags }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let (tag, instance) = (request.arg("id"), self.compute_api.instance(&request).await?);
        if instance.tags.iter().any(|known| known == tag) {
            return Ok(());
        }
        Err(ApiError::http(404, format!("Server {} has no tag '{tag}'", instance.uuid)))
    }

    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let (tag, instance) = (request.arg("id"), self.compute_api.instance(&request).await?);
        Action::UpdateTag.precondition().check(request.context()?, &instance)?;
        self.check(tag)?;
        let server = Links::of(&request.environ).self_link("servers", &instance.uuid);
        if !self.compute_api.add_tag(request.context()?, instance, tag).await? {
            return Ok(ApiResponse::default().code(204));
        }
        Ok(ApiResponse::default()
            .code(201)
            .header("location", format!("{server}/tags/{}", utf8_percent_encode(tag, UNRESERVED))))
    }

    async fn update_all(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let instance = self.compute_api.instance(&request).await?;
        let wanted = request.body.as_ref().and_then(|body| body["tags"].as_array());
        let texts = wanted.into_iter().flatten().filter_map(|tag| tag.as_str().map(str::to_owned));
        let (api, context) = (&self.compute_api, request.context()?);
        let tags = api.set_tags(context, instance, Action::UpdateTags, texts.collect()).await?;
        Ok(json!({ "tags": tags }))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let (tag, instance) = (request.arg("id"), self.compute_api.instance(&request).await?);
        Ok(self.compute_api.remove_tag(request.context()?, instance, tag).await?)
    }

    async fn delete_all(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let (api, instance) = (&self.compute_api, self.compute_api.instance(&request).await?);
        api.set_tags(request.context()?, instance, Action::DeleteTags, BTreeSet::new()).await?;
        Ok(())
    }

    /// A tag of a URL has seen no schema yet.
    fn check(&self, tag: &str) -> Result<(), ApiError> {
        let checked = self.tag.validate(&json!(tag));
        checked.map_err(|error| {
            let rule = "It must be a non empty string without characters '/' and ','.";
            let message =
                format!("Tag '{tag}' is invalid. {rule} Validation error message: {error}");
            ApiError::http(400, message)
        })
    }
}
