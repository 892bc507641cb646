//! Making an image of a server's disk (`ServersController._action_create_image`).

use super::{ServersController, create::metadata};
use crate::compute::{server_keys::is_for, views::Links};
use nova_router::{ApiError, ApiRequest, ApiResponse, ApiVersionRequest};
use serde_json::json;
use std::sync::Arc;

impl ServersController {
    /// Says which image it will be: with its URL, since 2.45 with its id.
    ///
    /// Nova's URL is one of the image service; ours is one of this API, which shows images too.
    /// Clients take the id from its end.
    pub(super) async fn create_image(
        self: Arc<Self>,
        request: ApiRequest,
    ) -> Result<ApiResponse, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let entity = &body["createImage"];
        let name = entity["name"].as_str().unwrap_or_default().trim();
        let properties = metadata(entity["metadata"].as_object());
        let instance = self.compute_api.instance(&request).await?;
        let context = request.context()?;
        let image = self.compute_api.snapshot(context, instance, name, properties).await?;
        if is_for(&request, ApiVersionRequest(2, 45)) {
            return Ok(json!({ "image_id": image.id }).into());
        }
        let location = Links::of(&request.environ).self_link("images", &image.id);
        Ok(ApiResponse::default().header("location", location))
    }
}
