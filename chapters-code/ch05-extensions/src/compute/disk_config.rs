//! Is the partition table of the disk Nova's business? (`nova/api/openstack/compute/disk_config.py`)

use super::server_keys::{ServerKey, key, server_keys};
use crate::{
    extension::{ExtensionEntryPoint, ServerBody, ServerPart, V21ApiExtension, entry_point},
    validation::Client,
};
use nova_objects::Instance;
use serde_json::{Value, json};

/// The extension `os-disk-config`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("disk_config", "nova.api.openstack.compute.disk_config:DiskConfig", |plugs| {
        let rule = "os_compute_api:os-disk-config";
        let shown = ["show", "detail", "create", "update", "rebuild"];
        let controller = server_keys(plugs, "ServerDiskConfigController", rule, &shown, KEYS)?;
        Ok(V21ApiExtension::new("DiskConfig", "os-disk-config", "Disk Management Extension.")
            .controller_extension("servers", controller)
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

const KEYS: &[ServerKey] = &[key(NAME, disk_config)];

fn disk_config(instance: &Instance) -> Value {
    json!(if instance.auto_disk_config { "AUTO" } else { "MANUAL" })
}

fn schema(_: Client) -> Value {
    json!({ NAME: { "type": "string", "enum": ["AUTO", "MANUAL"] } })
}

fn auto(wish: ServerBody<'_>) -> Option<bool> {
    wish.server[NAME].as_str().map(|word| word == "AUTO")
}
