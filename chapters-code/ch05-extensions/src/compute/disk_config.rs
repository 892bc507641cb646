//! Is the partition table of the disk Nova's business? (`nova/api/openstack/compute/disk_config.py`)

use super::{
    image_key::{ImageKey, image_key},
    options::bool_from_string,
    server_keys::{ServerKey, key, server_keys},
};
use crate::{
    extension::{ExtensionEntryPoint, ServerBody, ServerPart, V21ApiExtension, entry_point},
    validation::Client,
};
use serde_json::{Value, json};

/// The extension `os-disk-config`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("disk_config", "nova.api.openstack.compute.disk_config:DiskConfig", |plugs| {
        let rule = "os_compute_api:os-disk-config";
        let shown = ["show", "detail", "create", "update", "rebuild"];
        let controller = server_keys(plugs, "ServerDiskConfigController", rule, &shown, KEYS)?;
        let images = image_key(plugs, "ImageDiskConfigController", rule, IMAGE_KEY)?;
        Ok(V21ApiExtension::new("DiskConfig", "os-disk-config", "Disk Management Extension.")
            .controller_extension("servers", controller)
            .controller_extension("images", images)
            .server_create(ServerPart::new(schema, |wish, create| {
                create.auto_disk_config = auto(wish);
                Ok(())
            }))
            .server_rebuild(ServerPart::new(schema, |wish, rebuild| {
                rebuild.auto_disk_config = auto(wish);
                Ok(())
            }))
            .server_update(ServerPart::new(schema, |wish, update| {
                update.auto_disk_config = auto(wish);
                Ok(())
            }))
            .server_resize(ServerPart::new(schema, |wish, resize| {
                resize.auto_disk_config = auto(wish);
                Ok(())
            })))
    });

const NAME: &str = "OS-DCF:diskConfig";

const KEYS: &[ServerKey] = &[key(NAME, |instance| word(instance.auto_disk_config))];

/// Images have it that say `auto_disk_config`.
const IMAGE_KEY: ImageKey = ImageKey {
    name: NAME,
    value: |image| {
        let text = image.properties.get("auto_disk_config")?.as_str()?;
        Some(word(bool_from_string(text).unwrap_or(false)))
    },
};

fn word(auto: bool) -> Value {
    json!(if auto { "AUTO" } else { "MANUAL" })
}

fn schema(_: Client) -> Value {
    json!({ NAME: { "type": "string", "enum": ["AUTO", "MANUAL"] } })
}

fn auto(wish: ServerBody<'_>) -> Option<bool> {
    wish.server[NAME].as_str().map(|word| word == "AUTO")
}
