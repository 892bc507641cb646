//! When a server ran (`nova/api/openstack/compute/server_usage.py`).

use super::server_keys::{ServerKey, key, server_keys};
use crate::extension::{ExtensionEntryPoint, V21ApiExtension, entry_point};
use nova_objects::DateTime;
use serde_json::json;

/// The extension `os-server-usage`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("server_usage", "nova.api.openstack.compute.server_usage:ServerUsage", |plugs| {
        let rule = "os_compute_api:os-server-usage";
        let shown = ["show", "detail"];
        let controller = server_keys(plugs, "ServerUsageController", rule, &shown, KEYS)?;
        let about = "Adds launched_at and terminated_at on Servers.";
        Ok(V21ApiExtension::new("ServerUsage", "os-server-usage", about)
            .controller_extension("servers", controller))
    });

const KEYS: &[ServerKey] = &[
    key("OS-SRV-USG:launched_at", |i| json!(i.launched_at.map(DateTime::to_naive))),
    key("OS-SRV-USG:terminated_at", |i| json!(i.terminated_at.map(DateTime::to_naive))),
];
