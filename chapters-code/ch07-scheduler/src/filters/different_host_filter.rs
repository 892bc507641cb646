//! `nova/scheduler/filters/affinity_filter.py` `DifferentHostFilter`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `DifferentHostFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "DifferentHostFilter",
    "nova.scheduler.filters.affinity_filter:DifferentHostFilter",
    |_options| Box::new(DifferentHostFilter),
);

/// Passes hosts that have none of the instances that the hint `different_host` names.
pub struct DifferentHostFilter;

impl BaseHostFilter for DifferentHostFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let near = request.different_host.contains(&host.host);
        Verdict::of(!near, "has an instance to be far from")
    }

    fn run_filter_once_per_request(&self) -> bool {
        true
    }
}
