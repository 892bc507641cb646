//! What the scheduler is asked, and what it answers (`nova/objects/request_spec.py`).

use crate::{Flavor, ImageMeta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is to be placed: the same for every host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestSpec {
    /// For whom.
    pub project_id: String,
    /// The size.
    pub flavor: Flavor,
    /// The image.
    pub image: ImageMeta,
    /// How many.
    pub num_instances: usize,
    /// In which zone, if it matters.
    pub availability_zone: Option<String>,
}

/// What is known of *this* attempt to place it (Nova's `filter_properties`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilterProperties {
    /// Earlier attempts. `None`: there is to be only one.
    pub retry: Option<Retry>,
    /// What the chosen host may promise. The claim reads the copy that comes beside it.
    pub limits: Limits,
    /// Only these hosts, and no filter is asked.
    pub force_hosts: Vec<String>,
    /// Only these hypervisors, and no filter is asked.
    pub force_nodes: Vec<String>,
    /// Not these hosts.
    pub ignore_hosts: Vec<String>,
    /// The user's own wishes.
    pub scheduler_hints: BTreeMap<String, Vec<String>>,
}

/// What earlier attempts to place an instance met with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Retry {
    /// How many attempts there were, this one included.
    pub num_attempts: u32,
    /// Where they went: host and node.
    pub hosts: Vec<(String, String)>,
    /// Why the last one failed.
    pub exc_reason: Option<String>,
}

/// How much a host may promise, as its filters worked it out. `None`: no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Memory, in MiB.
    pub memory_mb: Option<f64>,
    /// Disk, in GiB.
    pub disk_gb: Option<f64>,
    /// CPUs.
    pub vcpu: Option<f64>,
}

/// One host that the scheduler chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// The compute service.
    pub host: String,
    /// Its hypervisor.
    pub nodename: String,
    /// What it may promise.
    pub limits: Limits,
}
