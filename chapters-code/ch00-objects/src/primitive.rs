//! An object on the wire (`nova/objects/base.py` `obj_to_primitive`).

use crate::{Fields, object::Class};
use serde::{Deserialize, Serialize};

/// An object as it travels (`NovaObjectSerializer`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Primitive {
    /// Its class.
    #[serde(rename = "nova_object.name")]
    pub name: String,
    /// `nova`: whose class it is.
    #[serde(rename = "nova_object.namespace")]
    pub namespace: String,
    /// The version of the class.
    #[serde(rename = "nova_object.version")]
    pub version: String,
    /// Its fields, or those of them that the sender has.
    #[serde(rename = "nova_object.data")]
    pub data: Fields,
    /// The names of the fields that were changed and not yet saved.
    #[serde(rename = "nova_object.changes", default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

impl Primitive {
    /// An object of `class` with the fields `data`, none of them changed.
    pub fn new(class: Class, data: Fields) -> Self {
        Self {
            name: class.name.into(),
            namespace: "nova".into(),
            version: class.version.into(),
            data,
            changes: Vec::new(),
        }
    }
}
