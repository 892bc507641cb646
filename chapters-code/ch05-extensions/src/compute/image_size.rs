//! How large images are (`nova/api/openstack/compute/image_size.py`).

use super::image_key::{ImageKey, image_key};
use crate::extension::{ExtensionEntryPoint, V21ApiExtension, entry_point};
use serde_json::json;

/// The extension `image-size`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("image_size", "nova.api.openstack.compute.image_size:ImageSize", |plugs| {
        let rule = "os_compute_api:image-size";
        let controller = image_key(plugs, "ImageSizeController", rule, SIZE)?;
        Ok(V21ApiExtension::new("ImageSize", "image-size", "Adds image size to image listings.")
            .controller_extension("images", controller))
    });

/// An image without content yet has none: Glance v1 said 0, and so does Nova.
const SIZE: ImageKey = ImageKey {
    name: "OS-EXT-IMG-SIZE:size",
    value: |image| Some(json!(image.size.unwrap_or_default())),
};
