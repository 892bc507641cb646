//! `/images`: what the image service says, in Nova's shape
//! (`nova/api/openstack/compute/images.py`). Since 2.36, clients ask the image service itself.

use super::{
    image_key::DbImages,
    paging::Paging,
    views::{
        Links,
        images::{self as view, GlanceUrl},
    },
};
use crate::extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point};
use nova_objects::{ImageApi, ImageMeta, RemoteError, sockets::ImageQuery};
use nova_router::{
    ApiError, ApiRequest, ApiResponse, ApiVersionRequest, Controller, ResourceOptions, method,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The extension `images`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("images", "nova.api.openstack.compute.images:Images", |plugs| {
        let (image_api, glance) = (plugs.get()?, plugs.get_or_default());
        let controller = ImagesController { image_api, glance }.methods();
        let options = ResourceOptions::default().collection("detail", "GET");
        let images = ResourceExtension::new("images", controller).options(options);
        Ok(V21ApiExtension::new("Images", "images", "Proxying API for Images.").resource(images))
    });

/// The last version that has them.
const MAX_IMAGE_PROXY_API_VERSION: ApiVersionRequest = ApiVersionRequest(2, 35);

/// The controller behind `/images`.
struct ImagesController {
    image_api: Arc<dyn ImageApi>,
    glance: GlanceUrl,
}

impl ImagesController {
    fn methods(self) -> Controller {
        let (rule, until) = ("os_compute_api:images", ..=MAX_IMAGE_PROXY_API_VERSION);
        let index = method(Self::index).expected_errors(&[400]);
        let detail = method(Self::detail).expected_errors(&[400]);
        let show = method(Self::show).expected_errors(&[404]);
        let delete = method(Self::delete).expected_errors(&[403, 404]).response(204);
        Controller::builder("ImagesController", Arc::new(self))
            .action("index", index.policy(rule).api_version(until))
            .action("detail", detail.policy(rule).api_version(until))
            .action("show", show.policy(rule).api_version(until))
            .action("delete", delete.policy(rule).api_version(until))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        self.list(&request, "images", view::basic).await
    }

    async fn detail(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        self.list(&request, "images/detail", view::show).await
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let image = self.image_api.get(request.context()?, request.arg("id")).await?;
        let image = image.ok_or_else(not_found)?;
        let shown = view::show(&Links::of(&request.environ), &self.glance, &image);
        Ok(ApiResponse::from(json!({ "image": shown })).cache(DbImages::new(vec![Arc::new(image)])))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        match self.image_api.delete(request.context()?, request.arg("id")).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(not_found()),
            Err(RemoteError { class, .. }) if class == "ImageNotAuthorized" => {
                Err(ApiError::http(403, "You are not allowed to delete the image."))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn list(
        &self,
        request: &ApiRequest,
        path: &str,
        view: fn(&Links, &GlanceUrl, &ImageMeta) -> Value,
    ) -> Result<ApiResponse, ApiError> {
        let paging = Paging::of(&request.query)?;
        let query = ImageQuery {
            filters: filters(&request.query),
            marker: paging.marker.clone(),
            limit: Some(paging.limit),
        };
        let images = self.image_api.get_all(request.context()?, &query).await?;
        let links = Links::of(&request.environ);
        let shown = images.iter().map(|image| view(&links, &self.glance, image)).collect();
        let last = images.last().map(|image| image.id.as_str());
        let document = paging.document(request, path, shown, last);
        Ok(ApiResponse::from(document)
            .cache(DbImages::new(images.into_iter().map(Arc::new).collect())))
    }
}

/// There is no such image, or it is not for the client to see.
pub(super) fn not_found() -> ApiError {
    ApiError::http(404, "Image not found.")
}

/// What Nova's filters are called in Glance (`SUPPORTED_FILTERS`). Beside them, `property-x` is
/// whatever its owner called `x`.
const SUPPORTED_FILTERS: [(&str, &str); 7] = [
    ("name", "name"),
    ("status", "status"),
    ("changes-since", "updated_at"),
    ("server", "instance_uuid"),
    ("type", "image_type"),
    ("minRam", "min_ram"),
    ("minDisk", "min_disk"),
];

fn filters(query: &[(String, String)]) -> BTreeMap<String, Value> {
    let filter = |(option, value): &(String, String)| {
        let supported = SUPPORTED_FILTERS.iter().find(|(name, _)| name == option);
        let property = || option.strip_prefix("property-");
        let name = supported.map(|(_, glance)| *glance).or_else(property)?;
        let value = match name {
            "status" => value.to_lowercase(),
            "updated_at" => format!("gte:{value}"),
            // It may be the URL of a server.
            "instance_uuid" => value.rsplit('/').next().unwrap_or(value).to_owned(),
            _ => value.clone(),
        };
        Some((name.to_owned(), value.into()))
    };
    query.iter().filter_map(filter).collect()
}
