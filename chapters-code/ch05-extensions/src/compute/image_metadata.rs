//! `/images/{image_id}/metadata` (`nova/api/openstack/compute/image_metadata.py`).
//!
//! Glance keeps an image's metadata among all else that the image says of itself;
//! [`ImageMeta::metadata`] tells one from the other.

use super::{images::not_found, metadata};
use crate::{
    compute_api::QuotaEngine,
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    validation::Validated,
};
use nova_objects::{ImageApi, ImageMeta};
use nova_router::{
    ApiError, ApiRequest, ApiVersionRequest, Controller, Fault, ResourceOptions, method,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The extension `image-metadata`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "image_metadata",
    "nova.api.openstack.compute.image_metadata:ImageMetadata",
    |plugs| {
        let (image_api, quota) = (plugs.get()?, QuotaEngine::new(plugs)?);
        let controller = ImageMetadataController { image_api, quota }.methods()?;
        let options = ResourceOptions::default().parent("image", "images");
        let resource = ResourceExtension::new("metadata", controller)
            .member("image_meta")
            .options(options)
            .custom_routes(|mapper, resource| {
                metadata::update_all_route(mapper, "/images/{image_id}/metadata", resource);
            });
        Ok(V21ApiExtension::new("ImageMetadata", "image-metadata", "Image Metadata API.")
            .resource(resource))
    },
);

/// The last version that has it.
const MAX_IMAGE_META_PROXY_API_VERSION: ApiVersionRequest = ApiVersionRequest(2, 38);

/// The controller behind it.
struct ImageMetadataController {
    image_api: Arc<dyn ImageApi>,
    quota: QuotaEngine,
}

/// An image's metadata; values that are no texts come from elsewhere.
type Items = BTreeMap<String, Value>;

impl ImageMetadataController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let (rule, until) = ("os_compute_api:image-metadata", ..=MAX_IMAGE_META_PROXY_API_VERSION);
        let (read, written) = (&[403, 404], &[400, 403, 404, 413]);
        let index = method(Self::index).expected_errors(read);
        let show = method(Self::show).expected_errors(read);
        let create = method(Self::create).expected_errors(written).schema(metadata::many()?);
        let update = method(Self::update).expected_errors(written).schema(metadata::single()?);
        let all = method(Self::update_all).expected_errors(written).schema(metadata::many()?);
        let delete = method(Self::delete).expected_errors(read).response(204);
        Ok(Controller::builder("ImageMetadataController", Arc::new(self))
            .action("index", index.policy(rule).api_version(until))
            .action("show", show.policy(rule).api_version(until))
            .action("create", create.policy(rule).api_version(until))
            .action("update", update.policy(rule).api_version(until))
            .action("update_all", all.policy(rule).api_version(until))
            .action("delete", delete.policy(rule).api_version(until))
            .build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        Ok(json!({ "metadata": self.image(&request).await?.metadata() }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let key = request.arg("id");
        match self.image(&request).await?.metadata().get(key) {
            Some(value) => Ok(json!({ "meta": { key: value } })),
            None => Err(ApiError::Http(Fault::stock(404))),
        }
    }

    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let image = self.image(&request).await?;
        let mut all = image.metadata();
        all.extend(values(metadata::items(&request)));
        Ok(json!({ "metadata": self.write(&request, image, all).await? }))
    }

    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let item = metadata::item(&request)?;
        let image = self.image(&request).await?;
        let mut all = image.metadata();
        all.extend(values(item.clone()));
        self.write(&request, image, all).await?;
        Ok(json!({ "meta": item }))
    }

    async fn update_all(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let image = self.image(&request).await?;
        let all = values(metadata::items(&request)).collect();
        Ok(json!({ "metadata": self.write(&request, image, all).await? }))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let image = self.image(&request).await?;
        let mut all = image.metadata();
        if all.remove(request.arg("id")).is_none() {
            return Err(ApiError::http(404, "Invalid metadata key"));
        }
        self.update_image(&request, image, all).await?;
        Ok(())
    }

    async fn image(&self, request: &ApiRequest) -> Result<ImageMeta, ApiError> {
        let image = self.image_api.get(request.context()?, request.arg("image_id")).await?;
        image.ok_or_else(not_found)
    }

    /// Makes `all` the image's metadata, if it may be (`check_img_metadata_properties_quota`).
    async fn write(
        &self,
        request: &ApiRequest,
        image: ImageMeta,
        all: Items,
    ) -> Result<Items, ApiError> {
        let limits = self.quota.limits_of(request.context()?).await?;
        if limits.check_metadata_properties_quota(all.len()).is_err() {
            return Err(ApiError::http(403, "Image metadata limit exceeded"));
        }
        // Else whoever writes a note could write whose image it is.
        if all.keys().any(|key| ImageMeta::is_base_property(key)) {
            return Err(ApiError::http(400, "Invalid image metadata"));
        }
        self.update_image(request, image, all).await
    }

    async fn update_image(
        &self,
        request: &ApiRequest,
        image: ImageMeta,
        all: Items,
    ) -> Result<Items, ApiError> {
        let image = image.with_metadata(all);
        let updated = self.image_api.update(request.context()?, image).await?;
        Ok(updated.ok_or_else(not_found)?.metadata())
    }
}

fn values(items: BTreeMap<String, String>) -> impl Iterator<Item = (String, Value)> {
    items.into_iter().map(|(key, value)| (key, Value::from(value)))
}
