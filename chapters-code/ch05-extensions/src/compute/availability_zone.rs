//! Zones (`nova/api/openstack/compute/availability_zone.py`).

use crate::{
    compute_api::CreateRequest,
    extension::{ExtensionEntryPoint, ServerBody, ServerPart, V21ApiExtension, entry_point},
    validation::{Client, parameter_types::name},
};
use nova_router::ApiError;
use serde_json::{Value, json};

/// The extension `os-availability-zone`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "availability_zone",
    "nova.api.openstack.compute.availability_zone:AvailabilityZone",
    |_| {
        let about = "1. Add availability_zone to the Create Server API. \
                     2. Add availability zones describing.";
        Ok(V21ApiExtension::new("AvailabilityZone", "os-availability-zone", about)
            .server_create(ServerPart::new(schema, read)))
    },
);

fn schema(client: Client) -> Value {
    json!({ "availability_zone": name(client) })
}

/// `ZONE`, or `ZONE:HOST` from those who may choose the host (`parse_availability_zone`).
fn read(wish: ServerBody<'_>, create: &mut CreateRequest) -> Result<(), ApiError> {
    let Some(text) = wish.text("availability_zone") else { return Ok(()) };
    let mut words =
        text.trim().split(':').map(str::to_owned).map(|w| Some(w).filter(|w| !w.is_empty()));
    create.availability_zone = words.next().flatten();
    create.forced_host = words.next().flatten();
    if words.next().is_some() {
        let reason = "Unable to parse availability_zone";
        return Err(ApiError::http(400, format!("Invalid input received: {reason}")));
    }
    Ok(())
}
