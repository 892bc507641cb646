//! What may be asked of `/servers` (`nova/api/openstack/compute/schemas/servers.py`).

use serde_json::{Value, json};

/// The body of `POST /servers` at 2.1, with what its plugins add.
pub fn create() -> Value {
    create_with("name")
}

/// The same for clients of v2, who may put blanks around names.
pub fn create_v20() -> Value {
    create_with("name_with_leading_trailing_spaces")
}

fn create_with(name: &str) -> Value {
    let name = json!({ "type": "string", "minLength": 1, "maxLength": 255, "format": name });
    let flavor_ref = json!({ "type": ["string", "integer"], "minLength": 1 });
    let count = json!({
        "type": ["integer", "string"],
        "pattern": "^[0-9]+$",
        "minimum": 1,
        "minLength": 1,
        "format": "positive",
    });
    let metadata = json!({
        "type": "object",
        "patternProperties": { "^[a-zA-Z0-9-_:. ]{1,255}$": { "type": "string", "maxLength": 255 } },
        "additionalProperties": false,
    });
    let hints = json!({ "type": "object" });
    json!({
        "type": "object",
        "properties": {
            "server": {
                "type": "object",
                "properties": {
                    "name": name,
                    "imageRef": { "type": "string" },
                    "flavorRef": flavor_ref,
                    "adminPass": { "type": "string" },
                    "metadata": metadata,
                    "networks": networks(),
                    "accessIPv4": { "type": "string", "format": "ipv4" },
                    "accessIPv6": { "type": "string", "format": "ipv6" },
                    "availability_zone": name,
                    "block_device_mapping_v2": block_device_mapping_v2(),
                    "min_count": count,
                    "max_count": count,
                },
                "required": ["name", "flavorRef"],
                "additionalProperties": false,
            },
            "os:scheduler_hints": hints,
            "OS-SCH-HNT:scheduler_hints": hints,
        },
        "required": ["server"],
        "additionalProperties": false,
    })
}

/// There is no network service in this cloud: a server is asked for with none.
fn networks() -> Value {
    json!({ "type": "array", "maxItems": 0 })
}

/// There is no volume service either: the one device is the local copy of the image, which
/// clients name beside `imageRef`.
fn block_device_mapping_v2() -> Value {
    json!({
        "type": "array",
        "maxItems": 1,
        "items": {
            "type": "object",
            "properties": {
                "uuid": { "type": "string" },
                "boot_index": { "enum": [0, "0"] },
                "source_type": { "enum": ["image"] },
                "destination_type": { "enum": ["local"] },
                "delete_on_termination": { "enum": [true, "True", "true"] },
            },
            "required": ["source_type", "destination_type"],
            "additionalProperties": false,
        },
    })
}
