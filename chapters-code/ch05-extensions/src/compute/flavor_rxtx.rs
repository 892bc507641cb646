//! The network share of a flavor (`nova/api/openstack/compute/flavor_rxtx.py`).

use super::flavor_keys::{FlavorKey, flavor_keys, key};
use crate::extension::{ExtensionEntryPoint, V21ApiExtension, entry_point};
use serde_json::json;

/// The extension `os-flavor-rxtx`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("flavor_rxtx", "nova.api.openstack.compute.flavor_rxtx:FlavorRxtx", |plugs| {
        let rule = "os_compute_api:os-flavor-rxtx";
        let shown = ["show", "detail", "create"];
        let controller = flavor_keys(plugs, "FlavorRxtxController", rule, &shown, KEYS)?;
        let about = "Support to show the rxtx status of a flavor.";
        Ok(V21ApiExtension::new("FlavorRxtx", "os-flavor-rxtx", about)
            .controller_extension("flavors", controller))
    });

const KEYS: &[FlavorKey] = &[key("rxtx_factor", |flavor| match flavor.rxtx_factor {
    0.0 => json!(""),
    rxtx_factor => json!(rxtx_factor),
})];
