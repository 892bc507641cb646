//! `/v2/images/{id}/file` (glance 12.0.0, `glance/api/v2/image_data.py`).

use super::{Image, caller::Caller, image::Status, repo::ImageRepo};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, method};
use std::sync::Arc;

/// The type of an image's data.
pub(super) const OCTET_STREAM: &str = "application/octet-stream";

/// The controller behind an image's data.
pub(super) struct ImageDataController {
    pub(super) images: Arc<ImageRepo>,
}

impl ImageDataController {
    pub(super) fn methods(self) -> Controller {
        Controller::builder("ImageDataController", Arc::new(self))
            .action("upload", method(Self::upload).response(204))
            .action("download", method(Self::download))
            .build()
    }

    // ANCHOR: upload
    /// Fills an image, once, with what comes.
    async fn upload(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let (caller, id) = (Caller::of(&request.headers), request.arg("id"));
        let Some(data) = request.body_file.take() else {
            return Err(ApiError::http(415, format!("The data of an image are {OCTET_STREAM}.")));
        };
        self.images.change(&caller, id, Image::begin_saving).await?;
        match self.images.store.add(id, data).await {
            Ok(added) => {
                let activate = |image: &mut Image| {
                    image.activate(added.size, added.checksum);
                    Ok(())
                };
                let activated = self.images.change(&caller, id, activate).await;
                self.unless_gone(id, activated).await
            }
            Err(error) => {
                let restore = |image: &mut Image| {
                    image.restore();
                    Ok(())
                };
                self.unless_gone(id, self.images.change(&caller, id, restore).await).await?;
                Err(error.into())
            }
        }
    }
    // ANCHOR_END: upload

    /// If somebody has deleted the image meanwhile, its data go too.
    async fn unless_gone(
        &self,
        id: &str,
        changed: Result<Image, ApiError>,
    ) -> Result<(), ApiError> {
        let Err(error) = changed else { return Ok(()) };
        if !matches!(&error, ApiError::Http(fault) if fault.code() == 404) {
            return Err(error);
        }
        if let Err(error) = self.images.store.delete(id).await {
            tracing::warn!(%error, "cannot remove the data of image {id}");
        }
        let message = format!(
            "Image {id} could not be found after upload. The image may have been deleted during \
             the upload, cleaning up the chunks uploaded."
        );
        Err(ApiError::http(410, message))
    }

    /// The data, as they are wanted; no content if there are none yet.
    async fn download(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let image = self.images.get(&Caller::of(&request.headers), request.arg("id"))?;
        let nothing = ApiResponse::default().code(204);
        if image.status != Status::Active {
            return Ok(nothing);
        }
        let Ok(data) = self.images.store.get(&image.id).await else { return Ok(nothing) };
        let answer = ApiResponse::stream(OCTET_STREAM, data, image.size());
        Ok(answer.header("content-md5", image.checksum().unwrap_or_default()))
    }
}
