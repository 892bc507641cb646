//! What bodies about key pairs may say (`nova/api/openstack/compute/schemas/keypairs.py`).

use crate::validation::{
    Change, Client,
    parameter_types::{name, object},
};
use nova_router::ApiVersionRequest;
use serde_json::{Value, json};

/// The body of `POST /os-keypairs`.
pub(super) fn create(client: Client) -> Value {
    let keypair = json!({ "name": name(client), "public_key": { "type": "string" } });
    object(json!({ "keypair": object(keypair, &["name"]) }), &["keypair"])
}

/// What changes in it.
pub(super) const CREATE_CHANGES: &[Change] = &[
    (ApiVersionRequest(2, 2), |schema| {
        keypair(schema)["type"] = json!({ "type": "string", "enum": ["ssh", "x509"] });
    }),
    (ApiVersionRequest(2, 10), |schema| {
        keypair(schema)["user_id"] = json!({ "type": "string" });
    }),
];

fn keypair(schema: &mut Value) -> &mut Value {
    &mut schema["properties"]["keypair"]["properties"]
}

/// What it adds to the body of `POST /servers`.
pub(super) fn server_create(client: Client) -> Value {
    json!({ "key_name": name(client) })
}
