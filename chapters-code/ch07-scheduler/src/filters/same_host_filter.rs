//! `nova/scheduler/filters/affinity_filter.py` `SameHostFilter`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `SameHostFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "SameHostFilter",
    "nova.scheduler.filters.affinity_filter:SameHostFilter",
    |_options| Box::new(SameHostFilter),
);

/// Passes hosts of the instances that the hint `same_host` names, if there is that hint.
pub struct SameHostFilter;

impl BaseHostFilter for SameHostFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let Some(hosts) = &request.same_host else { return Verdict::Pass };
        Verdict::of(hosts.contains(&host.host), "has none of the instances to be near to")
    }

    fn run_filter_once_per_request(&self) -> bool {
        true
    }
}
