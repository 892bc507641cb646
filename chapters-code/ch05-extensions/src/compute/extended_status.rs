//! The three states of a server, as Nova has them (`nova/api/openstack/compute/extended_status.py`).

use super::server_keys::{ServerKey, key, server_keys};
use crate::extension::{ExtensionEntryPoint, V21ApiExtension, entry_point};
use serde_json::json;

/// The extension `os-extended-status`.
// ANCHOR: entry_point
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "extended_status",
    "nova.api.openstack.compute.extended_status:ExtendedStatus",
    |plugs| {
        let rule = "os_compute_api:os-extended-status";
        let shown = ["show", "detail"];
        let controller = server_keys(plugs, "ExtendedStatusController", rule, &shown, KEYS)?;
        let about = "Extended Status support.";
        Ok(V21ApiExtension::new("ExtendedStatus", "os-extended-status", about)
            .controller_extension("servers", controller))
    },
);

const KEYS: &[ServerKey] = &[
    key("OS-EXT-STS:task_state", |instance| json!(instance.task_state)),
    key("OS-EXT-STS:vm_state", |instance| json!(instance.vm_state)),
    key("OS-EXT-STS:power_state", |instance| json!(instance.power_state)),
];
// ANCHOR_END: entry_point
