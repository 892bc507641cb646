//! A drive in the guest with its metadata (`nova/api/openstack/compute/config_drive.py`).

use super::{
    options::is_true,
    server_keys::{ServerKey, key, server_keys},
};
use crate::{
    extension::{ExtensionEntryPoint, ServerPart, V21ApiExtension, entry_point},
    validation::parameter_types,
};
use serde_json::json;

/// The extension `os-config-drive`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("config_drive", "nova.api.openstack.compute.config_drive:ConfigDrive", |plugs| {
        let rule = "os_compute_api:os-config-drive";
        let shown = ["show", "detail"];
        let controller = server_keys(plugs, "ConfigDriveController", rule, &shown, KEYS)?;
        Ok(V21ApiExtension::new("ConfigDrive", "os-config-drive", "Config Drive Extension.")
            .controller_extension("servers", controller)
            .server_create(ServerPart::new(
                |_| json!({ "config_drive": parameter_types::boolean() }),
                |wish, create| {
                    create.config_drive = is_true(&wish.server["config_drive"]);
                    Ok(())
                },
            )))
    });

const KEYS: &[ServerKey] = &[key("config_drive", |instance| json!(instance.config_drive))];
