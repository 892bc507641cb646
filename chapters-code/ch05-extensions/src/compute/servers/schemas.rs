//! What may be asked of `/servers` (`nova/api/openstack/compute/schemas/servers.py`), before
//! extensions add to it.

use crate::validation::{
    Change, Client,
    parameter_types::{
        admin_password, boolean, description, flavor_ref, image_ref, ip_address, metadata, name,
        object, uuid,
    },
};
use nova_router::ApiVersionRequest;
use serde_json::{Value, json};

/// The body of `POST /servers`.
pub(super) fn base_create(client: Client) -> Value {
    let server = json!({
        "name": name(client),
        "imageRef": image_ref(),
        "flavorRef": flavor_ref(),
        "adminPass": admin_password(),
        "metadata": metadata(),
        "networks": networks(),
    });
    object(json!({ "server": object(server, &["name", "flavorRef"]) }), &["server"])
}

/// What changes in it.
// ANCHOR: changes
pub(super) const CREATE_CHANGES: &[Change] = &[
    (ApiVersionRequest(2, 19), |schema| {
        server(schema)["properties"]["description"] = description();
    }),
    (ApiVersionRequest(2, 37), |schema| {
        let words = json!({ "type": "string", "enum": ["none", "auto"] });
        server(schema)["properties"]["networks"] = json!({ "oneOf": [networks(), words] });
        server(schema)["required"] = json!(["name", "flavorRef", "networks"]);
    }),
];
// ANCHOR_END: changes

/// The networks that a server is to be in. What becomes of them, [`super::networks`] says.
fn networks() -> Value {
    let network = json!({
        "fixed_ip": ip_address(),
        "port": { "oneOf": [uuid(), { "type": "null" }] },
        "uuid": { "type": "string" },
        "tag": { "type": "string", "minLength": 1, "maxLength": 60 },
    });
    json!({ "type": "array", "items": object(network, &[]) })
}

/// The body of `PUT /servers/{id}`.
pub(super) fn base_update(client: Client) -> Value {
    object(json!({ "server": object(json!({ "name": name(client) }), &[]) }), &["server"])
}

/// What changes in it.
pub(super) const UPDATE_CHANGES: &[Change] = &[(ApiVersionRequest(2, 19), |schema| {
    server(schema)["properties"]["description"] = description();
})];

/// The body of `rebuild`. There is nothing on a second disk that could be preserved.
pub(super) fn base_rebuild(client: Client) -> Value {
    let rebuild = json!({
        "name": name(client),
        "imageRef": image_ref(),
        "adminPass": admin_password(),
        "metadata": metadata(),
        "preserve_ephemeral": boolean(),
    });
    object(json!({ "rebuild": object(rebuild, &["imageRef"]) }), &["rebuild"])
}

/// What changes in it.
pub(super) const REBUILD_CHANGES: &[Change] = &[(ApiVersionRequest(2, 19), |schema| {
    schema["properties"]["rebuild"]["properties"]["description"] = description();
})];

/// The body of `resize`.
pub(super) fn base_resize() -> Value {
    let resize = object(json!({ "flavorRef": flavor_ref() }), &["flavorRef"]);
    object(json!({ "resize": resize }), &["resize"])
}

/// The body of `createImage`.
pub(super) fn create_image(client: Client) -> Value {
    let image = object(json!({ "name": name(client), "metadata": metadata() }), &["name"]);
    object(json!({ "createImage": image }), &["createImage"])
}

/// The body of `reboot`.
pub(super) fn reboot() -> Value {
    let kinds = json!({ "enum": ["HARD", "Hard", "hard", "SOFT", "Soft", "soft"] });
    let reboot = object(json!({ "type": kinds }), &["type"]);
    object(json!({ "reboot": reboot }), &["reboot"])
}

fn server(schema: &mut Value) -> &mut Value {
    &mut schema["properties"]["server"]
}
