//! What an operator may set (`nova/scheduler/driver.py`, `host_manager.py`, `filter_scheduler.py`,
//! `weights/ram.py`: their `cfg` options).

use std::time::Duration;

/// The scheduler's options, under Nova's names; the defaults are Nova's too.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Which filters are asked, by name, in this order.
    pub scheduler_default_filters: Vec<String>,
    /// Which weighers are asked, by name or by Python path;
    /// [`ALL_WEIGHERS`](crate::weights::ALL_WEIGHERS) means each one installed.
    pub scheduler_weight_classes: Vec<String>,
    /// How often an instance may be sent to a host, the first time included.
    pub scheduler_max_attempts: u32,
    /// One of so many best hosts is taken, at random. 1, or less, takes the best one.
    pub scheduler_host_subset_size: usize,
    /// The zone of hosts whose aggregates name none.
    pub default_availability_zone: String,
    /// Instances that a host may have, where `NumInstancesFilter` is asked.
    pub max_instances_per_host: i64,
    /// Instances that a host may be busy with, where `IoOpsFilter` is asked.
    pub max_io_ops_per_host: i64,
    /// What has changed is read for each request, and all rows after so many seconds.
    pub scheduler_driver_task_period: Duration,
    /// A service that has not reported for so many seconds is down.
    pub service_down_time: f64,
    /// How much free memory counts. Negative: instances are stacked instead of spread.
    pub ram_weight_multiplier: f64,
    /// How much free disk counts. Negative: instances are stacked instead of spread.
    pub disk_weight_multiplier: f64,
    /// How much it counts that a host is busy. Negative: such hosts are avoided.
    pub io_ops_weight_multiplier: f64,
    /// How much it counts that members of a `soft-affinity` group are on a host.
    pub soft_affinity_weight_multiplier: f64,
    /// How much it counts that no members of a `soft-anti-affinity` group are on a host.
    pub soft_anti_affinity_weight_multiplier: f64,
}

/// The filters that Nova asks unless it is told otherwise.
const DEFAULT_FILTERS: [&str; 9] = [
    "RetryFilter",
    "AvailabilityZoneFilter",
    "RamFilter",
    "DiskFilter",
    "ComputeFilter",
    "ComputeCapabilitiesFilter",
    "ImagePropertiesFilter",
    "ServerGroupAntiAffinityFilter",
    "ServerGroupAffinityFilter",
];

impl Default for Options {
    fn default() -> Self {
        Self {
            scheduler_default_filters: DEFAULT_FILTERS.map(str::to_owned).to_vec(),
            scheduler_weight_classes: vec![crate::weights::ALL_WEIGHERS.to_owned()],
            scheduler_max_attempts: 3,
            scheduler_host_subset_size: 1,
            default_availability_zone: "nova".into(),
            max_instances_per_host: 50,
            max_io_ops_per_host: 8,
            scheduler_driver_task_period: Duration::from_secs(60),
            service_down_time: 60.0,
            ram_weight_multiplier: 1.0,
            disk_weight_multiplier: 1.0,
            io_ops_weight_multiplier: -1.0,
            soft_affinity_weight_multiplier: 1.0,
            soft_anti_affinity_weight_multiplier: 1.0,
        }
    }
}
