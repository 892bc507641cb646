//! Giving a server another size (`ServersController._action_resize`).

use super::ServersController;
use crate::compute_api::ResizeRequest;
use nova_objects::query::text_of;
use nova_router::{ApiError, ApiRequest};
use std::sync::Arc;

impl ServersController {
    /// Unlike the flavor of a new server, this one cannot be named by a URL.
    pub(super) async fn resize(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let mut wish = ResizeRequest::default();
        self.resize.read(&body, &mut wish)?;
        wish.flavor_ref = text_of(&body["resize"]["flavorRef"]).into_owned();
        let instance = self.compute_api.instance(&request).await?;
        Ok(self.compute_api.resize(request.context()?, instance, wish).await?)
    }
}
