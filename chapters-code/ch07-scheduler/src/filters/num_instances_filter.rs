//! `nova/scheduler/filters/num_instances_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `NumInstancesFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "NumInstancesFilter",
    "nova.scheduler.filters.num_instances_filter:NumInstancesFilter",
    |options| Box::new(NumInstancesFilter { max_instances: options.max_instances_per_host }),
);

/// Passes hosts that do not have too many instances.
pub struct NumInstancesFilter {
    /// So many are too many.
    pub max_instances: i64,
}

impl BaseHostFilter for NumInstancesFilter {
    fn host_passes(&self, host: &HostState, _request: &Request<'_>) -> Verdict {
        Verdict::of(host.num_instances < self.max_instances, "has too many instances")
    }
}
