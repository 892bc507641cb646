//! `/servers/{server_id}/metadata` (`nova/api/openstack/compute/server_metadata.py`).

use super::metadata;
use crate::{
    compute_api::{API, Action, ComputeApiError},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    validation::Validated,
};
use nova_router::{ApiError, ApiRequest, Controller, ResourceOptions, method};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The extension `server-metadata`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "server_metadata",
    "nova.api.openstack.compute.server_metadata:ServerMetadata",
    |plugs| {
        let controller = ServerMetadataController { compute_api: API::new(plugs)? }.methods()?;
        let options = ResourceOptions::default().parent("server", "servers");
        let resource = ResourceExtension::new("metadata", controller)
            .member("server_meta")
            .options(options)
            .custom_routes(|mapper, resource| {
                metadata::update_all_route(mapper, "/servers/{server_id}/metadata", resource);
            });
        Ok(V21ApiExtension::new("ServerMetadata", "server-metadata", "Server Metadata API.")
            .resource(resource))
    },
);

/// The controller behind it.
struct ServerMetadataController {
    compute_api: API,
}

impl ServerMetadataController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let errors = &[400, 403, 404, 409, 413];
        let index = method(Self::index).policy("os_compute_api:server-metadata:index");
        let show = method(Self::show).policy("os_compute_api:server-metadata:show");
        let create = method(Self::create).policy("os_compute_api:server-metadata:create");
        let update = method(Self::update).policy("os_compute_api:server-metadata:update");
        let update_all =
            method(Self::update_all).policy("os_compute_api:server-metadata:update_all");
        let delete = method(Self::delete).policy("os_compute_api:server-metadata:delete");
        Ok(Controller::builder("ServerMetadataController", Arc::new(self))
            .action("index", index.expected_errors(&[404]))
            .action("show", show.expected_errors(&[404]))
            .action("create", create.expected_errors(errors).schema(metadata::many()?))
            .action("update", update.expected_errors(errors).schema(metadata::single()?))
            .action("update_all", update_all.expected_errors(errors).schema(metadata::many()?))
            .action("delete", delete.response(204).expected_errors(&[404, 409]))
            .build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let instance = self.compute_api.instance(&request).await?;
        Ok(json!({ "metadata": instance.metadata }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let (key, instance) = (request.arg("id"), self.compute_api.instance(&request).await?);
        let value = instance.metadata.get(key).ok_or(ComputeApiError::MetadataItemNotFound)?;
        Ok(json!({ "meta": { key: value } }))
    }

    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let all =
            self.write(&request, Action::UpdateMetadata, metadata::items(&request), false).await?;
        Ok(json!({ "metadata": all }))
    }

    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let item = metadata::item(&request)?;
        self.write(&request, Action::UpdateMetadata, item.clone(), false).await?;
        Ok(json!({ "meta": item }))
    }

    async fn update_all(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let all =
            self.write(&request, Action::UpdateMetadata, metadata::items(&request), true).await?;
        Ok(json!({ "metadata": all }))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let (key, instance) = (request.arg("id"), self.compute_api.instance(&request).await?);
        let context = request.context()?;
        Ok(self.compute_api.delete_instance_metadata(context, instance, key).await?)
    }

    async fn write(
        &self,
        request: &ApiRequest,
        action: Action,
        items: BTreeMap<String, String>,
        delete: bool,
    ) -> Result<BTreeMap<String, String>, ApiError> {
        let (api, instance) = (&self.compute_api, self.compute_api.instance(request).await?);
        Ok(api
            .update_instance_metadata(request.context()?, instance, action, items, delete)
            .await?)
    }
}
