//! The volumes of a server (`nova/api/openstack/compute/extended_volumes.py`): none, for there is
//! no volume service in this cloud.

use super::server_keys::{ServerKey, key, server_keys};
use crate::extension::{ExtensionEntryPoint, V21ApiExtension, entry_point};
use serde_json::json;

/// The extension `os-extended-volumes`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "extended_volumes",
    "nova.api.openstack.compute.extended_volumes:ExtendedVolumes",
    |plugs| {
        let rule = "os_compute_api:os-extended-volumes";
        let shown = ["show", "detail"];
        let controller = server_keys(plugs, "ExtendedVolumesController", rule, &shown, KEYS)?;
        let about = "Extended Volumes support.";
        Ok(V21ApiExtension::new("ExtendedVolumes", "os-extended-volumes", about)
            .controller_extension("servers", controller))
    },
);

const KEYS: &[ServerKey] = &[key("os-extended-volumes:volumes_attached", |_| json!([]))];
