//! Security groups, as far as servers name them (`nova/api/openstack/compute/security_groups.py`).
//!
//! There is no network in this cloud that a group could guard. Each server is in the one group
//! that every project has.

use super::server_keys::{ServerKey, key, server_keys};
use crate::{
    compute_api::CreateRequest,
    extension::{ExtensionEntryPoint, ServerBody, ServerPart, V21ApiExtension, entry_point},
    validation::{Client, parameter_types::name},
};
use nova_router::ApiError;
use serde_json::{Value, json};

/// The extension `os-security-groups`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "security_groups",
    "nova.api.openstack.compute.security_groups:SecurityGroups",
    |plugs| {
        let rule = "os_compute_api:os-security-groups";
        let shown = ["show", "detail", "create"];
        let controller = server_keys(plugs, "SecurityGroupsOutputController", rule, &shown, KEYS)?;
        let about = "Security group support.";
        Ok(V21ApiExtension::new("SecurityGroups", "os-security-groups", about)
            .controller_extension("servers", controller)
            .server_create(ServerPart::new(schema, read)))
    },
);

/// The group that every project has.
const DEFAULT: &str = "default";

const KEYS: &[ServerKey] = &[key("security_groups", |_| json!([{ "name": DEFAULT }]))];

fn schema(client: Client) -> Value {
    json!({
        "security_groups": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": { "name": name(client) },
                "additionalProperties": false,
            },
        },
    })
}

fn read(wish: ServerBody<'_>, _: &mut CreateRequest) -> Result<(), ApiError> {
    let groups = wish.server["security_groups"].as_array().into_iter().flatten();
    let mut names = groups.filter_map(|group| group["name"].as_str());
    match names.find(|name| name.trim() != DEFAULT) {
        None => Ok(()),
        Some(name) => {
            let unknown = format!("Unable to find security_group with name or id '{name}'");
            Err(ApiError::http(400, unknown))
        }
    }
}
