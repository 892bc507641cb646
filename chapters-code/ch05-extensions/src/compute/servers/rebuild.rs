//! Making a server again (`ServersController._action_rebuild`).

use super::{
    ServersController,
    create::{admin_password, image_uuid_from_href, metadata},
    one,
};
use crate::{
    compute::views::{Links, servers as view},
    compute_api::{ComputeApiError, RebuildRequest},
};
use nova_router::{ApiError, ApiRequest, ApiResponse};
use serde_json::Value;
use std::sync::Arc;

impl ServersController {
    /// Answers with the server as it will be, and with its administrator's password.
    pub(super) async fn rebuild(
        self: Arc<Self>,
        request: ApiRequest,
    ) -> Result<ApiResponse, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let wish = self.rebuild_request(&body)?;
        let instance = self.compute_api.instance(&request).await?;
        let rebuilt = self.compute_api.rebuild(request.context()?, instance, wish).await;
        rebuilt.map_err(|error| match error {
            ComputeApiError::ImageNotFound => ApiError::http(400, "Cannot find image for rebuild"),
            other => other.into(),
        })?;
        let instance = self.compute_api.instance(&request).await?;
        let mut server = self.shown(&request, &instance).await?;
        server["addresses"] = view::addresses(&instance, view::Addresses::Plain);
        server["adminPass"] = admin_password(&body["rebuild"]).into();
        let location = Links::of(&request.environ).self_link("servers", &instance.uuid);
        Ok(one(server, instance).header("location", location))
    }

    /// Reads a body that its schema allows: first the extensions, each its own part.
    fn rebuild_request(&self, body: &Value) -> Result<RebuildRequest, ApiError> {
        let rebuild = &body["rebuild"];
        let mut wish = RebuildRequest::default();
        self.rebuild.read(body, &mut wish)?;
        wish.image_ref = image_uuid_from_href(rebuild["imageRef"].as_str().unwrap_or_default())?;
        wish.display_name = rebuild["name"].as_str().map(|name| name.trim().to_owned());
        let description = rebuild.get("description");
        wish.display_description = description.map(|text| text.as_str().map(str::to_owned));
        wish.metadata = rebuild["metadata"].as_object().map(|notes| metadata(Some(notes)));
        Ok(wish)
    }
}
