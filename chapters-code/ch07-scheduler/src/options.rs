//! What an operator may set (`nova/scheduler/driver.py`, `host_manager.py`, `filter_scheduler.py`,
//! `weights/ram.py`: their `cfg` options).

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
    /// May an instance change its size on the host that it is on? (In Nova it is the API that
    /// looks at this.)
    pub allow_resize_to_same_host: bool,
    /// One of so many best hosts is taken, at random. 1, or less, takes the best one.
    pub scheduler_host_subset_size: usize,
    /// A service that has not reported for so many seconds is down.
    pub service_down_time: f64,
    /// How much free memory counts. Negative: instances are stacked instead of spread.
    pub ram_weight_multiplier: f64,
}

impl Default for Options {
    fn default() -> Self {
        let filters = ["RetryFilter", "RamFilter", "DiskFilter", "ComputeFilter"];
        Self {
            scheduler_default_filters: filters.map(str::to_owned).to_vec(),
            scheduler_weight_classes: vec![crate::weights::ALL_WEIGHERS.to_owned()],
            scheduler_max_attempts: 3,
            allow_resize_to_same_host: false,
            scheduler_host_subset_size: 1,
            service_down_time: 60.0,
            ram_weight_multiplier: 1.0,
        }
    }
}
