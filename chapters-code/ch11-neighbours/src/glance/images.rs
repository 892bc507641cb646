//! `/v2/images` (glance 12.0.0, `glance/api/v2/images.py`, `image_data.py`).

use super::Image;
use nova_objects::query::text_of;
use nova_paste::{App, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError};
use nova_router::{
    ApiError, ApiRequest, ApiResponse, Controller, PlainMapper, Resource, ResourceOptions, Router,
    method,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// `paste.app_factory = glance.api.v2.router:API.factory`.
pub(super) const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::app("glance.api.v2.router:API.factory", factory);

fn factory(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    let images = ImagesController { images: loader.plugs().get()? };
    let resource = Arc::new(Resource::new(images.methods()));
    let mut mapper = PlainMapper::default();
    let options = ResourceOptions::default().member("file", "GET");
    mapper.resource("image", "images", &resource, &options);
    let router = Router::new(mapper).map_err(|e| PasteError::value_error(e.to_string()))?;
    Ok(Arc::new(router))
}

/// The controller behind `/v2/images`.
struct ImagesController {
    images: Vec<Image>,
}

impl ImagesController {
    fn methods(self) -> Controller {
        Controller::builder("ImagesController", Arc::new(self))
            .action("index", method(Self::index))
            .action("show", method(Self::show))
            .action("file", method(Self::file))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let fits = |image: &Value| request.query.iter().all(|option| fits(image, option));
        let mut images = self.images.iter().map(Image::show).filter(fits);
        if let Some((_, marker)) = request.query.iter().find(|(name, _)| name == "marker") {
            images.find(|image| image["id"] == marker.as_str());
        }
        let images: Vec<Value> = images.collect();
        Ok(json!({ "images": images, "first": "/v2/images", "schema": "/v2/schemas/images" }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        Ok(self.image(&request)?.show())
    }

    async fn file(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let data = self.image(&request)?.data.clone();
        Ok(ApiResponse::data("application/octet-stream", data))
    }

    fn image(&self, request: &ApiRequest) -> Result<&Image, ApiError> {
        let id = request.arg("id");
        let image = self.images.iter().find(|image| image.id == id);
        image.ok_or_else(|| ApiError::http(404, format!("No image found with ID {id}")))
    }
}

/// What a query string may say of the list, rather than of the images in it. There are never so
/// many images that a limit or an order would matter.
const PAGING: [&str; 5] = ["limit", "marker", "sort", "sort_dir", "sort_key"];

/// Does the image fit the filter `name=value` of a query string? `in:` begins a list of values.
/// An image without a property fits no value of it.
fn fits(image: &Value, (name, value): &(String, String)) -> bool {
    if PAGING.contains(&name.as_str()) {
        return true;
    }
    let actual = text_of(&image[name.as_str()]);
    match value.strip_prefix("in:") {
        Some(list) => list.split(',').any(|one| one.trim_matches('"') == actual),
        None => *value == actual,
    }
}
