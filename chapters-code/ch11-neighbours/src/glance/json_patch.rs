//! Changes of an image, as RFC 6902 writes them (glance 12.0.0, `glance/api/v2/images.py`
//! `RequestDeserializer._get_change_operation_d10`).
//!
//! ```json
//! [
//!     { "op": "replace", "path": "/name", "value": "web" },
//!     { "op": "add", "path": "/os_distro", "value": "debian" },
//!     { "op": "remove", "path": "/instance_uuid" }
//! ]
//! ```

use super::properties::{check_property, is_base_property};
use nova_router::ApiError;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The type of such a body, in Glance's own dialect: a path is the name of a property.
pub(super) const JSON_PATCH: &str = "application/openstack-images-v2.1-json-patch";

/// One change.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
pub(super) enum Change {
    /// Say something new, or something else.
    Add { path: String, value: Value },
    /// Say something else.
    Replace { path: String, value: Value },
    /// Say nothing any more.
    Remove { path: String },
}

/// Reads the changes of a body.
///
/// # Errors
///
/// They are none: status 400.
pub(super) fn read(data: &[u8]) -> Result<Vec<Change>, ApiError> {
    let changes = serde_json::from_slice(data);
    changes.map_err(|error| ApiError::http(400, format!("Request body is no JSON patch: {error}")))
}

impl Change {
    /// Makes the change.
    ///
    /// # Errors
    ///
    /// It cannot be made (400, 409), or not by people (403).
    pub(super) fn apply(self, properties: &mut Map<String, Value>) -> Result<(), ApiError> {
        match self {
            Self::Add { path, value } => set(properties, name(&path)?, value),
            Self::Replace { path, value } => {
                let name = name(&path)?;
                check_property(&name, &value)?;
                there(properties, &name)?;
                set(properties, name, value)
            }
            Self::Remove { path } => {
                let name = name(&path)?;
                if is_base_property(&name) {
                    let message = format!("Property '{name}' cannot be removed.");
                    return Err(ApiError::http(403, message));
                }
                there(properties, &name)?;
                properties.remove(&name);
                Ok(())
            }
        }
    }
}

fn set(properties: &mut Map<String, Value>, name: String, value: Value) -> Result<(), ApiError> {
    check_property(&name, &value)?;
    properties.insert(name, value);
    Ok(())
}

fn there(properties: &Map<String, Value>, name: &str) -> Result<(), ApiError> {
    if properties.contains_key(name) {
        return Ok(());
    }
    Err(ApiError::http(409, format!("Property {name} does not exist.")))
}

/// The name that a path of one step is.
fn name(path: &str) -> Result<String, ApiError> {
    match path.strip_prefix('/') {
        Some(step) if !step.contains('/') => Ok(step.replace("~1", "/").replace("~0", "~")),
        _ => Err(ApiError::http(400, format!("Invalid path '{path}'."))),
    }
}
