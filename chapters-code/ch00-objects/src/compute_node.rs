//! A hypervisor and what is left of it (`nova/objects/compute_node.py`).

use crate::{DateTime, NovaObject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a hypervisor has and what is used: written by its compute service, read by the scheduler.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ComputeNode {
    /// The row's number.
    pub id: i64,
    /// The name by which the world knows it.
    pub uuid: String,
    /// The compute service it belongs to.
    pub host: String,
    /// The hypervisor's own name.
    pub hypervisor_hostname: String,
    /// `fake`, `QEMU`.
    pub hypervisor_type: String,
    /// Its version as one number: 1.2.3 is 1002003.
    pub hypervisor_version: i64,
    /// Its address.
    pub host_ip: String,
    /// What its CPU is, as JSON text.
    pub cpu_info: String,
    /// Physical CPUs.
    pub vcpus: i64,
    /// CPUs promised to instances.
    pub vcpus_used: i64,
    /// Memory, in MiB.
    pub memory_mb: i64,
    /// Memory promised to instances and reserved for the host, in MiB.
    pub memory_mb_used: i64,
    /// Memory not promised, in MiB; negative if too much was.
    pub free_ram_mb: i64,
    /// Disk, in GiB.
    pub local_gb: i64,
    /// Disk promised to instances, in GiB.
    pub local_gb_used: i64,
    /// Disk not promised, in GiB.
    pub free_disk_gb: i64,
    /// What the file system says is free, in GiB, where the driver asks it.
    pub disk_available_least: Option<i64>,
    /// Instances on it.
    pub running_vms: i64,
    /// Instances on it that are being worked on.
    pub current_workload: i64,
    /// How many times the CPUs may be promised; 0 means the default, 16.
    pub cpu_allocation_ratio: f64,
    /// How many times the memory may be promised; 0 means the default, 1.5.
    pub ram_allocation_ratio: f64,
    /// How many times the disk may be promised; 0 means the default, 1.
    pub disk_allocation_ratio: f64,
    /// `[architecture, hypervisor, mode]`, as filters compare them.
    pub supported_instances: Vec<[String; 3]>,
    /// Counters: `num_instances`, `io_workload`, and what a driver adds.
    pub stats: BTreeMap<String, String>,
    /// When the row was made.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

impl NovaObject for ComputeNode {
    const NAME: &'static str = "ComputeNode";
    const VERSION: &'static str = "1.15";
    const KEY: &'static str = "uuid";

    fn key(&self) -> String {
        self.uuid.clone()
    }
}
