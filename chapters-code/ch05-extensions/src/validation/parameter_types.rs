//! What the values in bodies look like (`nova/api/validation/parameter_types.py`).
//!
//! Each is a schema, and each schema that has several of them takes them from here.

use super::Client;
use serde_json::{Value, json};

/// The largest number that Nova's columns hold (`nova.db.MAX_INT`).
pub const MAX_INT: i64 = 0x7fff_ffff;

/// The name of anything: printable; clients of v2 may put blanks around it.
pub fn name(client: Client) -> Value {
    let format = match client {
        Client::V20 => "name_with_leading_trailing_spaces",
        Client::V21 => "name",
    };
    json!({ "type": "string", "minLength": 1, "maxLength": 255, "format": format })
}

/// A sentence, or nothing.
pub fn description() -> Value {
    let printable = r"^[^\p{C}\p{Zl}\p{Zp}]*$";
    json!({ "type": ["string", "null"], "minLength": 0, "maxLength": 255, "pattern": printable })
}

/// Yes or no, in one of the words for them.
pub fn boolean() -> Value {
    json!({
        "type": ["boolean", "string"],
        "enum": [
            true, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes",
            false, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no",
        ],
    })
}

/// What the actions without arguments are given.
pub fn none() -> Value {
    json!({ "enum": ["None", null, {}] })
}

/// A number of at least 1, as such or in digits.
pub fn positive_integer() -> Value {
    integer(1, "positive")
}

/// A number of at least 0, as such or in digits.
pub fn non_negative_integer() -> Value {
    integer(0, "non_negative")
}

fn integer(minimum: i64, format: &str) -> Value {
    json!({
        "type": ["integer", "string"],
        "pattern": "^[0-9]+$",
        "minLength": 1,
        "minimum": minimum,
        "maximum": MAX_INT,
        "format": format,
    })
}

/// A host, as `[DEFAULT] host` calls it.
pub fn hostname() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9-._]*$" })
}

/// A project, by its id.
pub fn project_id() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9-]*$" })
}

/// Anything that has a UUID.
pub fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

/// An image: its UUID, or a URL that ends in it.
pub fn image_ref() -> Value {
    json!({ "type": "string", "maxLength": 1024 })
}

/// A flavor: its id, or a URL that ends in it.
pub fn flavor_ref() -> Value {
    json!({ "type": ["string", "integer"], "minLength": 1, "maxLength": 1024 })
}

/// A password for the guest's administrator.
pub fn admin_password() -> Value {
    json!({ "type": "string" })
}

/// An address.
pub fn ip_address() -> Value {
    json!({ "type": "string", "oneOf": [{ "format": "ipv4" }, { "format": "ipv6" }] })
}

/// What keys of metadata look like.
pub const METADATA_KEY: &str = "^[a-zA-Z0-9-_:. ]{1,255}$";

/// The owner's notes.
pub fn metadata() -> Value {
    metadata_of(json!({ "type": "string", "maxLength": 255 }))
}

/// The same, where a null takes a note away.
pub fn metadata_with_null() -> Value {
    metadata_of(json!({ "type": ["string", "null"], "maxLength": 255 }))
}

fn metadata_of(value: Value) -> Value {
    let mut metadata = json!({ "type": "object", "additionalProperties": false });
    metadata["patternProperties"][METADATA_KEY] = value;
    metadata
}

/// A word that is tied to a server: it has to fit into a URL and into a list.
pub fn tag() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[^,/]*$" })
}

/// An object that has `properties` and no others; all of `required` have to be there.
pub fn object(properties: Value, required: &[&str]) -> Value {
    let mut object = json!({ "type": "object", "additionalProperties": false });
    object["properties"] = properties;
    // Draft 4 wants at least one name there.
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}
