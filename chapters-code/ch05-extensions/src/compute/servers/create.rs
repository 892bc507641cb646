//! What the body of `POST /servers` asks for (`ServersController.create`).

use super::{ServersController, networks::requested_networks};
use crate::{compute_api::CreateRequest, policy::Target};
use nova_objects::query::text_of;
use nova_router::{ApiError, ApiRequest, ApiVersionRequest};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

impl ServersController {
    /// Reads a body that its schema allows: first the extensions, each its own part.
    pub(super) fn create_request(
        &self,
        request: &ApiRequest,
        body: &Value,
    ) -> Result<CreateRequest, ApiError> {
        let server = &body["server"];
        let mut wish = CreateRequest::default();
        self.create.read(body, &mut wish)?;
        server["name"].as_str().unwrap_or_default().trim().clone_into(&mut wish.display_name);
        wish.display_description = description(request, server, &wish.display_name);
        last_segment(&text_of(&server["flavorRef"])).clone_into(&mut wish.flavor_ref);
        wish.image_ref = image_ref(server, wish.boot_image.as_deref())?;
        wish.metadata = metadata(server["metadata"].as_object());
        requested_networks(&server["networks"])?;
        if wish.forced_host.is_some() || wish.forced_node.is_some() {
            let context = request.context()?;
            let rule = "os_compute_api:servers:create:forced_host";
            self.policy.authorize(context, rule, &Target::of(context))?;
        }
        Ok(wish)
    }
}

/// The administrator's password that a body asks for, or one made up.
pub(super) fn admin_password(server: &Value) -> String {
    let wanted = server["adminPass"].as_str().map(str::to_owned);
    wanted.unwrap_or_else(|| Uuid::new_v4().simple().to_string()[..12].to_owned())
}

/// Before 2.19, nobody could give a description, and the name stood in for it.
fn description(request: &ApiRequest, server: &Value, name: &str) -> Option<String> {
    match request.version {
        Some(version) if version >= ApiVersionRequest(2, 19) => {
            server["description"].as_str().map(str::to_owned)
        }
        _ => Some(name.to_owned()),
    }
}

/// The image's UUID: `imageRef` may be a URL that ends in it, and a client may name the image as
/// the device to boot from instead.
pub(super) fn image_ref(server: &Value, boot_image: Option<&str>) -> Result<String, ApiError> {
    let named = server["imageRef"].as_str().filter(|text| !text.is_empty());
    let Some(reference) = named.or(boot_image) else {
        return Err(ApiError::http(400, "Missing imageRef attribute"));
    };
    image_uuid_from_href(reference)
}

/// The UUID in which a reference to an image ends.
pub(super) fn image_uuid_from_href(reference: &str) -> Result<String, ApiError> {
    match Uuid::try_parse(last_segment(reference)) {
        Ok(uuid) => Ok(uuid.to_string()),
        Err(_) => Err(ApiError::http(400, "Invalid imageRef provided.")),
    }
}

/// What stands behind the last slash.
pub(super) fn last_segment(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}

/// The owner's notes.
pub(super) fn metadata(metadata: Option<&Map<String, Value>>) -> BTreeMap<String, String> {
    let notes = metadata.into_iter().flatten();
    notes.map(|(name, value)| (name.clone(), text_of(value).into_owned())).collect()
}
