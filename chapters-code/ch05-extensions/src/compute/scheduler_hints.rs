//! Wishes for the scheduler (`nova/api/openstack/compute/scheduler_hints.py`).

use crate::{
    compute_api::CreateRequest,
    extension::{ExtensionEntryPoint, Place, ServerBody, ServerPart, V21ApiExtension, entry_point},
    validation::parameter_types::{ip_address, uuid},
};
use nova_objects::query::text_of;
use nova_router::ApiError;
use serde_json::{Value, json};

/// The extension `os-scheduler-hints`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "scheduler_hints",
    "nova.api.openstack.compute.scheduler_hints:SchedulerHints",
    |_| {
        let about = "Pass arbitrary key/value pairs to the scheduler.";
        let part = ServerPart {
            place: Place::Body,
            schema: |_| json!({ NAMES[0]: hints(), NAMES[1]: hints() }),
            read,
        };
        Ok(V21ApiExtension::new("SchedulerHints", "os-scheduler-hints", about).server_create(part))
    },
);

/// Where a body may have its hints: beside the `server`, not in it.
const NAMES: [&str; 2] = ["os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"];

fn hints() -> Value {
    let servers = json!({ "type": "array", "items": uuid() });
    json!({
        "type": "object",
        "properties": {
            "group": uuid(),
            "different_host": { "oneOf": [uuid(), servers] },
            "same_host": { "type": ["string", "array"], "items": uuid() },
            "query": { "type": ["string", "object"] },
            "build_near_host_ip": ip_address(),
            "cidr": { "type": "string", "pattern": r"^\/[0-9a-f.:]+$" },
        },
        "additionalProperties": true,
    })
}

fn read(wish: ServerBody<'_>, create: &mut CreateRequest) -> Result<(), ApiError> {
    let hints = NAMES.iter().find_map(|name| wish.body[*name].as_object());
    let hints = hints.into_iter().flatten();
    create.scheduler_hints = hints.map(|(name, hint)| (name.clone(), texts(hint))).collect();
    Ok(())
}

/// A hint is one text or a list of them.
fn texts(value: &Value) -> Vec<String> {
    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    values.iter().map(|value| text_of(value).into_owned()).collect()
}
