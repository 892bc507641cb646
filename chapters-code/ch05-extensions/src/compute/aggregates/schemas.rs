//! What bodies of `/os-aggregates` may say (`nova/api/openstack/compute/schemas/aggregates.py`).

use crate::validation::{
    Client,
    parameter_types::{hostname, metadata_with_null, name, object},
};
use serde_json::{Value, json};

/// A name, and perhaps a zone.
pub(super) fn create(client: Client) -> Value {
    let fields = json!({ "name": name(client), "availability_zone": zone(client) });
    object(json!({ "aggregate": object(fields, &["name"]) }), &["aggregate"])
}

/// One of them, or both. A name may have blanks around it here, whatever the client.
pub(super) fn update(client: Client) -> Value {
    let fields = json!({ "name": name(Client::V20), "availability_zone": zone(client) });
    let mut aggregate = object(fields, &[]);
    aggregate["anyOf"] = json!([{ "required": ["name"] }, { "required": ["availability_zone"] }]);
    object(json!({ "aggregate": aggregate }), &["aggregate"])
}

/// The host that is to come or go.
pub(super) fn host(action: &str) -> Value {
    object(json!({ action: object(json!({ "host": hostname() }), &["host"]) }), &[action])
}

/// Notes; a null takes one away.
pub(super) fn set_metadata() -> Value {
    let notes = object(json!({ "metadata": metadata_with_null() }), &["metadata"]);
    object(json!({ "set_metadata": notes }), &["set_metadata"])
}

fn zone(client: Client) -> Value {
    json!({ "oneOf": [name(client), { "type": "null" }] })
}
