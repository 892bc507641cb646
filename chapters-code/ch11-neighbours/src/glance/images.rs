//! `/v2/images` (glance 12.0.0, `glance/api/v2/images.py`, `image_data.py`).

use super::{
    Image,
    caller::Caller,
    filters,
    json_patch::{self, JSON_PATCH},
    store::ImageStore,
};
use nova_paste::{App, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError};
use nova_router::{
    ApiError, ApiRequest, ApiResponse, Controller, PlainMapper, Resource, ResourceOptions, Route,
    Router, method,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// `paste.app_factory = glance.api.v2.router:API.factory`.
pub(super) const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::app("glance.api.v2.router:API.factory", factory);

fn factory(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    let images: Vec<Image> = loader.plugs().get()?;
    let controller = ImagesController { images: ImageStore::new(images) }.methods();
    let resource = Arc::new(Resource::new(controller).reading(&[JSON_PATCH, OCTET_STREAM]));
    let mut mapper = PlainMapper::default();
    let route = |path: &str| Route::new(path, &resource);
    mapper.connect(route("/images/{id}").action("update").method("PATCH"));
    mapper.connect(route("/images/{id}/file").action("upload").method("PUT"));
    let options = ResourceOptions::default().member("file", "GET");
    mapper.resource("image", "images", &resource, &options);
    let router = Router::new(mapper).map_err(|e| PasteError::value_error(e.to_string()))?;
    Ok(Arc::new(router))
}

/// The type of an image's data.
const OCTET_STREAM: &str = "application/octet-stream";

/// The controller behind `/v2/images`.
struct ImagesController {
    images: ImageStore,
}

impl ImagesController {
    fn methods(self) -> Controller {
        Controller::builder("ImagesController", Arc::new(self))
            .action("index", method(Self::index))
            .action("show", method(Self::show))
            .action("create", method(Self::create).response(201))
            .action("update", method(Self::update))
            .action("delete", method(Self::delete).response(204))
            .action("file", method(Self::file))
            .action("upload", method(Self::upload).response(204))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let images = self.images.list(&Caller::of(&request.headers));
        let images = images.iter().map(Image::show).collect();
        let (limit, images) = filters::page(images, &request.query)?;
        let last = images.last().filter(|_| images.len() == limit);
        let next = last.and_then(|image| image["id"].as_str());
        let next = next.map(|id| format!("/v2/images?limit={limit}&marker={id}"));
        let mut list = json!({
            "images": images,
            "first": "/v2/images",
            "schema": "/v2/schemas/images",
        });
        if let Some(next) = next {
            list["next"] = next.into();
        }
        Ok(list)
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        Ok(self.image(&request)?.show())
    }

    /// It waits for its data.
    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let caller = Caller::of(&request.headers);
        let Some(Value::Object(properties)) = request.body else {
            return Err(ApiError::http(400, "Expecting an object with properties of an image."));
        };
        let image = Image::queued(caller.project_id.clone(), properties)?;
        caller.check_own(&image)?;
        let shown = image.show();
        let location = format!("/v2/images/{}", image.id);
        self.images.add(image);
        Ok(ApiResponse::from(shown).header("location", location))
    }

    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let caller = Caller::of(&request.headers);
        let changes = json_patch::read(&request.data)?;
        let changed = self.images.change(&caller, request.arg("id"), |image| {
            let properties = image.properties_mut();
            changes.into_iter().try_for_each(|change| change.apply(properties))?;
            caller.check_own(image)
        })?;
        Ok(changed.show())
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        self.images.remove(&Caller::of(&request.headers), request.arg("id"))
    }

    /// The data; no content if there are none yet.
    async fn file(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        Ok(match self.image(&request)?.data {
            Some(data) => ApiResponse::data(OCTET_STREAM, data),
            None => ApiResponse::default().code(204),
        })
    }

    /// Fills an image, once.
    async fn upload(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let (caller, data) = (Caller::of(&request.headers), request.data.clone());
        self.images.change(&caller, request.arg("id"), |image| {
            if image.data.is_some() {
                let message = "Image status transition from active to saving is not allowed";
                return Err(ApiError::http(409, message));
            }
            image.properties_mut();
            image.data = Some(data);
            Ok(())
        })?;
        Ok(())
    }

    fn image(&self, request: &ApiRequest) -> Result<Image, ApiError> {
        self.images.get(&Caller::of(&request.headers), request.arg("id"))
    }
}
