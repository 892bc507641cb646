//! `nova/scheduler/filters/retry_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `RetryFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "RetryFilter",
    "nova.scheduler.filters.retry_filter:RetryFilter",
    |_options| Box::new(RetryFilter),
);

/// Passes hosts that have not declined this instance before.
pub struct RetryFilter;

impl BaseHostFilter for RetryFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let Some(retry) = &request.filter_properties.retry else { return Verdict::Pass };
        let is_it = |(name, node): &(String, String)| *name == host.host && *node == host.nodename;
        Verdict::of(!retry.hosts.iter().any(is_it), "was tried before")
    }
}
