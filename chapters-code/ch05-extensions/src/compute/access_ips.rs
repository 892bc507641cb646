//! Addresses for display, which Nova never uses (`nova/api/openstack/compute/access_ips.py`).

use super::server_keys::{ServerKey, key, server_keys};
use crate::{
    extension::{ExtensionEntryPoint, ServerBody, ServerPart, V21ApiExtension, entry_point},
    validation::Client,
};
use serde_json::{Value, json};

/// The extension `os-access-ips`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("access_ips", "nova.api.openstack.compute.access_ips:AccessIPs", |plugs| {
        let rule = "os_compute_api:os-access-ips";
        let shown = ["show", "detail", "update", "rebuild"];
        let controller = server_keys(plugs, "AccessIPsController", rule, &shown, KEYS)?;
        Ok(V21ApiExtension::new("AccessIPs", "os-access-ips", "Access IPs support.")
            .controller_extension("servers", controller)
            .server_create(ServerPart::new(schema, |wish, create| {
                (create.access_ip_v4, create.access_ip_v6) = addresses(wish);
                Ok(())
            }))
            .server_rebuild(ServerPart::new(schema, |wish, rebuild| {
                (rebuild.access_ip_v4, rebuild.access_ip_v6) = addresses(wish);
                Ok(())
            }))
            .server_update(ServerPart::new(schema, |wish, update| {
                (update.access_ip_v4, update.access_ip_v6) = addresses(wish);
                Ok(())
            })))
    });

const KEYS: &[ServerKey] = &[
    key("accessIPv4", |instance| json!(instance.access_ip_v4.as_deref().unwrap_or_default())),
    key("accessIPv6", |instance| json!(instance.access_ip_v6.as_deref().unwrap_or_default())),
];

fn schema(_: Client) -> Value {
    json!({
        "accessIPv4": { "type": "string", "format": "ipv4" },
        "accessIPv6": { "type": "string", "format": "ipv6" },
    })
}

fn addresses(wish: ServerBody<'_>) -> (Option<String>, Option<String>) {
    (wish.text("accessIPv4"), wish.text("accessIPv6"))
}
