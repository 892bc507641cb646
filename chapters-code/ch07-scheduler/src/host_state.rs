//! What the scheduler believes of one hypervisor (`nova/scheduler/host_manager.py` `HostState`).

use nova_objects::{Aggregate, ComputeNode, DateTime, RequestSpec, Service};
use serde_json::Value;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// How often a CPU may be promised, if the compute node does not say.
const CPU_ALLOCATION_RATIO: f64 = 16.0;
/// How often memory may be promised, if the compute node does not say.
const RAM_ALLOCATION_RATIO: f64 = 1.5;
/// How often disk may be promised, if the compute node does not say.
const DISK_ALLOCATION_RATIO: f64 = 1.0;

/// One hypervisor as the scheduler sees it: its row, less what was promised since the row was
/// written.
///
/// A compute service writes its row when it claims. Until then only the scheduler knows that an
/// instance is on its way, and it has to remember that, or it would send a hundred instances to
/// the same empty host.
#[derive(Clone, Debug, PartialEq)]
pub struct HostState {
    /// The compute service.
    pub host: String,
    /// Its hypervisor.
    pub nodename: String,
    /// The compute service's own row: is it enabled, has it reported?
    pub service: Arc<Service>,
    /// The aggregates that the host is in.
    pub aggregates: Vec<Arc<Aggregate>>,
    /// Memory, in MiB.
    pub total_usable_ram_mb: i64,
    /// Memory not promised, in MiB; negative if more was promised than there is.
    pub free_ram_mb: i64,
    /// How many times the memory may be promised.
    pub ram_allocation_ratio: f64,
    /// Disk, in GiB.
    pub total_usable_disk_gb: i64,
    /// Disk not promised, in MiB.
    pub free_disk_mb: i64,
    /// How many times the disk may be promised.
    pub disk_allocation_ratio: f64,
    /// Physical CPUs.
    pub vcpus_total: i64,
    /// CPUs promised.
    pub vcpus_used: i64,
    /// How many times a CPU may be promised.
    pub cpu_allocation_ratio: f64,
    /// Instances on it, or on their way.
    pub num_instances: i64,
    /// Instances on it that are busy, or will be soon.
    pub num_io_ops: i64,
    /// `fake`, `QEMU`.
    pub hypervisor_type: String,
    /// Its version as one number: 1.2.3 is 1002003, and 0 is not known.
    pub hypervisor_version: i64,
    /// What its CPU is, as JSON text.
    pub cpu_info: String,
    /// `[architecture, hypervisor, mode]`: what runs on it.
    pub supported_instances: Vec<[String; 3]>,
    /// What else its driver counts.
    pub stats: BTreeMap<String, String>,
    /// How fresh this is: when the row was written, or when the scheduler last promised.
    pub updated: Option<DateTime>,
}

impl HostState {
    /// The host as its two rows describe it, in no aggregate.
    pub fn new(node: &ComputeNode, service: Arc<Service>) -> Self {
        let stat = |name| node.stats.get(name).and_then(|text| text.parse().ok()).unwrap_or(0);
        let free_disk_gb = node.disk_available_least.unwrap_or(i64::MAX).min(node.free_disk_gb);
        Self {
            host: node.host.clone(),
            nodename: node.hypervisor_hostname.clone(),
            service,
            aggregates: Vec::new(),
            total_usable_ram_mb: node.memory_mb,
            free_ram_mb: node.free_ram_mb,
            ram_allocation_ratio: or_default(node.ram_allocation_ratio, RAM_ALLOCATION_RATIO),
            total_usable_disk_gb: node.local_gb,
            free_disk_mb: free_disk_gb * 1024,
            disk_allocation_ratio: or_default(node.disk_allocation_ratio, DISK_ALLOCATION_RATIO),
            vcpus_total: node.vcpus,
            vcpus_used: node.vcpus_used,
            cpu_allocation_ratio: or_default(node.cpu_allocation_ratio, CPU_ALLOCATION_RATIO),
            num_instances: stat("num_instances"),
            num_io_ops: stat("io_workload"),
            hypervisor_type: node.hypervisor_type.clone(),
            hypervisor_version: node.hypervisor_version,
            cpu_info: node.cpu_info.clone(),
            supported_instances: node.supported_instances.clone(),
            stats: node.stats.clone(),
            updated: node.updated_at.or(node.created_at),
        }
    }

    // ANCHOR: take_over
    /// Takes over what a row says, unless this is fresher: the scheduler has promised something
    /// since the row was written, or has read a later one.
    pub(crate) fn take_over(&mut self, row: Self) {
        if self.updated <= row.updated {
            let aggregates = std::mem::take(&mut self.aggregates);
            *self = Self { aggregates, ..row };
        }
    }
    // ANCHOR_END: take_over

    /// Counts an instance that is sent here. Its swap is not counted, as in Nova.
    pub fn consume_from_request(&mut self, spec: &RequestSpec) {
        let flavor = &spec.flavor;
        self.free_ram_mb -= flavor.memory_mb;
        self.free_disk_mb -= (flavor.root_gb + flavor.ephemeral_gb) * 1024;
        self.vcpus_used += flavor.vcpus;
        self.num_instances += 1;
        self.num_io_ops += 1;
        self.updated = Some(DateTime::now());
    }

    /// What the host says of itself under `name`, for flavors to ask: a field of this struct, or
    /// else a count of its driver.
    pub(crate) fn capability(&self, name: &str) -> Option<Value> {
        Some(match name {
            "host" => self.host.as_str().into(),
            "nodename" | "hypervisor_hostname" => self.nodename.as_str().into(),
            "total_usable_ram_mb" => self.total_usable_ram_mb.into(),
            "free_ram_mb" => self.free_ram_mb.into(),
            "ram_allocation_ratio" => self.ram_allocation_ratio.into(),
            "total_usable_disk_gb" => self.total_usable_disk_gb.into(),
            "free_disk_mb" => self.free_disk_mb.into(),
            "disk_allocation_ratio" => self.disk_allocation_ratio.into(),
            "vcpus_total" => self.vcpus_total.into(),
            "vcpus_used" => self.vcpus_used.into(),
            "cpu_allocation_ratio" => self.cpu_allocation_ratio.into(),
            "num_instances" => self.num_instances.into(),
            "num_io_ops" => self.num_io_ops.into(),
            "hypervisor_type" => self.hypervisor_type.as_str().into(),
            "hypervisor_version" => self.hypervisor_version.into(),
            "cpu_info" => self.cpu_info.as_str().into(),
            stat => self.stats.get(stat)?.as_str().into(),
        })
    }
}

/// A ratio of 0 in a row means that nobody set it.
fn or_default(ratio: f64, default: f64) -> f64 {
    if ratio == 0.0 { default } else { ratio }
}

impl fmt::Display for HostState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "({}, {}) ram: {}MB disk: {}MB io_ops: {} instances: {}",
            self.host,
            self.nodename,
            self.free_ram_mb,
            self.free_disk_mb,
            self.num_io_ops,
            self.num_instances
        )
    }
}
