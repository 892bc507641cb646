//! What Nova needs to know of an image (`nova/objects/image_meta.py`).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An image as the image service describes it: no row of Nova's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageMeta {
    /// Its UUID.
    pub id: String,
    /// Its readable name.
    pub name: Option<String>,
    /// `active` is the only one that boots.
    pub status: String,
    /// `raw`, `qcow2`.
    pub disk_format: Option<String>,
    /// `bare`, mostly.
    pub container_format: Option<String>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The smallest root disk it fits on, in GiB.
    pub min_disk: i64,
    /// The smallest memory it runs in, in MiB.
    pub min_ram: i64,
    /// Everything else it says of itself: `hw_architecture`, `os_shutdown_timeout`.
    #[serde(flatten)]
    pub properties: BTreeMap<String, serde_json::Value>,
}

/// What [`properties`](ImageMeta::properties) holds that is Glance's own to say, beside the fields
/// of [`ImageMeta`]; see its `/v2/schemas/image`.
const BASE_PROPERTIES: [&str; 13] = [
    "checksum",
    "created_at",
    "direct_url",
    "file",
    "locations",
    "owner",
    "protected",
    "schema",
    "self",
    "tags",
    "updated_at",
    "virtual_size",
    "visibility",
];

/// The fields of [`ImageMeta`], as a flat image has them.
const FIELDS: [&str; 8] =
    ["id", "name", "status", "disk_format", "container_format", "size", "min_disk", "min_ram"];

impl ImageMeta {
    /// Has every image something called `name`? Nobody can write a note under such a name.
    pub fn is_base_property(name: &str) -> bool {
        FIELDS.contains(&name) || BASE_PROPERTIES.contains(&name)
    }

    /// What people wrote on it: what Nova shows as its metadata.
    pub fn metadata(&self) -> BTreeMap<String, serde_json::Value> {
        let own = self.properties.iter().filter(|(name, _)| !Self::is_base_property(name));
        own.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Puts `metadata` in the place of what people wrote on it.
    #[must_use]
    pub fn with_metadata(mut self, metadata: BTreeMap<String, serde_json::Value>) -> Self {
        self.properties.retain(|name, _| Self::is_base_property(name));
        let own = metadata.into_iter().filter(|(name, _)| !Self::is_base_property(name));
        self.properties.extend(own);
        self
    }
}
