//! The size of a machine (`nova/objects/flavor.py`).

use crate::{DateTime, NovaObject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much of everything an instance gets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flavor {
    /// The row's number: Nova's own name for it.
    pub id: i64,
    /// The users' name for it: what `flavorRef` says, and `id` in the API.
    pub flavorid: String,
    /// The readable name, unique too.
    pub name: String,
    /// Memory, in MiB.
    pub memory_mb: i64,
    /// Virtual CPUs.
    pub vcpus: i64,
    /// Root disk, in GiB; 0 means as large as the image.
    pub root_gb: i64,
    /// A second, empty disk, in GiB.
    pub ephemeral_gb: i64,
    /// Swap, in MiB.
    pub swap: i64,
    /// Network share, for the networks that still look at it.
    pub rxtx_factor: f64,
    /// May everybody use it?
    pub is_public: bool,
    /// Is it withdrawn from new servers?
    pub disabled: bool,
    /// Requirements and hints for scheduler and driver.
    pub extra_specs: BTreeMap<String, String>,
    /// The projects that may use it though it is not public.
    #[serde(default)]
    pub projects: Vec<String>,
    /// When the row was made.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

impl NovaObject for Flavor {
    const NAME: &'static str = "Flavor";
    const VERSION: &'static str = "1.1";
    const KEY: &'static str = "flavorid";
    const UNIQUE: Option<&'static str> = Some("name");

    fn key(&self) -> String {
        self.flavorid.clone()
    }
}

impl Flavor {
    /// The five flavors that a fresh Mitaka database holds (migration 216): `m1.tiny` to
    /// `m1.xlarge`.
    pub fn defaults() -> [Self; 5] {
        [
            Self::new("1", "m1.tiny", 512, 1, 1),
            Self::new("2", "m1.small", 2048, 1, 20),
            Self::new("3", "m1.medium", 4096, 2, 40),
            Self::new("4", "m1.large", 8192, 4, 80),
            Self::new("5", "m1.xlarge", 16384, 8, 160),
        ]
    }

    /// A public flavor: memory in MiB, CPUs, root disk in GiB, nothing special.
    pub fn new(flavorid: &str, name: &str, memory_mb: i64, vcpus: i64, root_gb: i64) -> Self {
        Self {
            id: 0,
            flavorid: flavorid.into(),
            name: name.into(),
            memory_mb,
            vcpus,
            root_gb,
            ephemeral_gb: 0,
            swap: 0,
            rxtx_factor: 1.0,
            is_public: true,
            disabled: false,
            extra_specs: BTreeMap::new(),
            projects: Vec::new(),
            created_at: None,
            updated_at: None,
        }
    }
}
