//! What people may say of an image (glance 12.0.0, `glance/api/v2/images.py`
//! `get_base_properties`).

use nova_router::ApiError;
use serde_json::{Map, Value, json};

/// A property that every image has.
struct Property {
    name: &'static str,
    /// What it is until somebody says otherwise.
    default: fn() -> Value,
    /// What it can be.
    allows: fn(&Value) -> bool,
}

const PROPERTIES: [Property; 8] = [
    Property { name: "name", default: || Value::Null, allows: is_name },
    Property {
        name: "visibility",
        default: || json!("private"),
        allows: |value| value == "public" || value == "private",
    },
    Property { name: "protected", default: || json!(false), allows: Value::is_boolean },
    Property { name: "disk_format", default: || Value::Null, allows: is_name },
    Property { name: "container_format", default: || Value::Null, allows: is_name },
    Property { name: "min_disk", default: || json!(0), allows: is_size },
    Property { name: "min_ram", default: || json!(0), allows: is_size },
    Property { name: "tags", default: || json!([]), allows: are_tags },
];

/// What is Glance's own to say.
const READ_ONLY: [&str; 13] = [
    "checksum",
    "created_at",
    "direct_url",
    "file",
    "id",
    "locations",
    "owner",
    "schema",
    "self",
    "size",
    "status",
    "updated_at",
    "virtual_size",
];

fn is_name(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.chars().count() <= 255)
}

fn is_size(value: &Value) -> bool {
    value.as_u64().is_some_and(|size| i32::try_from(size).is_ok())
}

fn are_tags(value: &Value) -> bool {
    value.as_array().is_some_and(|tags| tags.iter().all(Value::is_string))
}

/// What is said of an image of which nobody has said anything.
pub(super) fn defaults() -> Map<String, Value> {
    let default = |property: &Property| (property.name.to_owned(), (property.default)());
    PROPERTIES.iter().map(default).collect()
}

/// Has every image a property `name`?
pub(super) fn is_base_property(name: &str) -> bool {
    READ_ONLY.contains(&name) || PROPERTIES.iter().any(|property| property.name == name)
}

/// May people say that the property `name` is `value`? Those that they make up are texts.
///
/// # Errors
///
/// No: status 403 or 400.
pub(super) fn check_property(name: &str, value: &Value) -> Result<(), ApiError> {
    if READ_ONLY.contains(&name) {
        return Err(ApiError::http(403, format!("Attribute '{name}' is read-only.")));
    }
    let known = PROPERTIES.iter().find(|property| property.name == name);
    let allows = known.map_or(Value::is_string as fn(&Value) -> bool, |known| known.allows);
    if allows(value) && !name.is_empty() && name.chars().count() <= 255 {
        return Ok(());
    }
    let problem = format!("{value} is not valid for {name}");
    Err(ApiError::http(400, format!("Provided object does not match schema 'image': {problem}")))
}
