//! The disks of a server (`nova/api/openstack/compute/block_device_mapping.py`).
//!
//! There is no volume service in this cloud. The one device is the local copy of the image, which
//! clients name beside `imageRef`.

use crate::{
    compute_api::CreateRequest,
    extension::{ExtensionEntryPoint, ServerBody, ServerPart, V21ApiExtension, entry_point},
    validation::{Client, parameter_types::boolean},
};
use nova_objects::query::text_of;
use nova_router::ApiError;
use serde_json::{Value, json};

/// The extension `os-block-device-mapping`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "block_device_mapping",
    "nova.api.openstack.compute.block_device_mapping:BlockDeviceMapping",
    |_| {
        let about = "Block device mapping boot support.";
        Ok(V21ApiExtension::new("BlockDeviceMapping", "os-block-device-mapping", about)
            .server_create(ServerPart::new(schema, read)))
    },
);

fn schema(_: Client) -> Value {
    let text = json!({ "type": "string" });
    json!({
        "block_device_mapping_v2": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "uuid": { "type": "string", "minLength": 1, "maxLength": 255, "format": "uuid" },
                    "boot_index": { "type": ["integer", "string", "null"], "pattern": "^-?[0-9]+$" },
                    "source_type": { "enum": ["volume", "image", "snapshot", "blank"] },
                    "destination_type": { "enum": ["local", "volume"] },
                    "delete_on_termination": boolean(),
                    "device_name": text,
                    "device_type": text,
                    "disk_bus": text,
                    "guest_format": text,
                    "volume_size": { "type": ["integer", "string", "null"], "pattern": "^[0-9]+$" },
                    "tag": text,
                },
                "additionalProperties": false,
            },
        },
    })
}

fn read(wish: ServerBody<'_>, create: &mut CreateRequest) -> Result<(), ApiError> {
    let devices = wish.server["block_device_mapping_v2"].as_array().map_or(&[][..], Vec::as_slice);
    let is_image = |device: &Value| {
        device["source_type"] == "image"
            && matches!(device["destination_type"].as_str(), None | Some("local"))
            && text_of(&device["boot_index"]) == "0"
    };
    match devices {
        [] => Ok(()),
        [device] if is_image(device) => {
            create.boot_image = device["uuid"].as_str().map(str::to_owned);
            Ok(())
        }
        _ => Err(ApiError::http(400, NO_VOLUMES)),
    }
}

const NO_VOLUMES: &str = "Block Device Mapping is Invalid: there are no volumes in this cloud; \
                          the one device is the local copy of an image.";
