//! `nova/scheduler/filters/all_hosts_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `AllHostsFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "AllHostsFilter",
    "nova.scheduler.filters.all_hosts_filter:AllHostsFilter",
    |_options| Box::new(AllHostsFilter),
);

/// Passes each host: the smallest filter there can be.
pub struct AllHostsFilter;

impl BaseHostFilter for AllHostsFilter {
    fn host_passes(&self, _host: &HostState, _request: &Request<'_>) -> Verdict {
        Verdict::Pass
    }

    fn run_filter_once_per_request(&self) -> bool {
        true
    }
}
