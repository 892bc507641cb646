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
