//! `/v2/images` (glance 12.0.0, `glance/api/v2/images.py`).

use super::{
    Image,
    caller::Caller,
    filters,
    image_data::{ImageDataController, OCTET_STREAM},
    json_patch::{self, JSON_PATCH},
    repo::ImageRepo,
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
    let images: Arc<ImageRepo> = loader.plugs().get()?;
    let data = ImageDataController { images: Arc::clone(&images) }.methods();
    let data = Arc::new(Resource::new(data).streaming(&[OCTET_STREAM]));
    let images = ImagesController { images }.methods();
    let images = Arc::new(Resource::new(images).reading(&[JSON_PATCH]));
    let mut mapper = PlainMapper::default();
    let file =
        |action, method: &str| Route::new("/images/{id}/file", &data).action(action).method(method);
    mapper.connect(file("upload", "PUT"));
    mapper.connect(file("download", "GET"));
    mapper.connect(Route::new("/images/{id}", &images).action("update").method("PATCH"));
    mapper.resource("image", "images", &images, &ResourceOptions::default());
    let router = Router::new(mapper).map_err(|e| PasteError::value_error(e.to_string()))?;
    Ok(Arc::new(router))
}

/// The controller behind `/v2/images`.
struct ImagesController {
    images: Arc<ImageRepo>,
}

impl ImagesController {
    fn methods(self) -> Controller {
        Controller::builder("ImagesController", Arc::new(self))
            .action("index", method(Self::index))
            .action("show", method(Self::show))
            .action("create", method(Self::create).response(201))
            .action("update", method(Self::update))
            .action("delete", method(Self::delete).response(204))
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
        self.images.add(image).await?;
        Ok(ApiResponse::from(shown).header("location", location))
    }

    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let caller = Caller::of(&request.headers);
        let changes = json_patch::read(&request.data)?;
        let apply = |image: &mut Image| {
            let properties = image.properties_mut();
            changes.into_iter().try_for_each(|change| change.apply(properties))?;
            caller.check_own(image)
        };
        Ok(self.images.change(&caller, request.arg("id"), apply).await?.show())
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        self.images.remove(&Caller::of(&request.headers), request.arg("id")).await
    }

    fn image(&self, request: &ApiRequest) -> Result<Image, ApiError> {
        self.images.get(&Caller::of(&request.headers), request.arg("id"))
    }
}
