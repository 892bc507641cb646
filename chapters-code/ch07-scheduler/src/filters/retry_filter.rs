//! `nova/scheduler/filters/retry_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::HostState;
use nova_objects::{FilterProperties, RequestSpec};
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
    fn host_passes(
        &self,
        host: &HostState,
        _spec: &RequestSpec,
        filter_properties: &FilterProperties,
    ) -> Verdict {
        let tried = filter_properties.retry.iter().flat_map(|retry| &retry.hosts);
        let is_it = |(name, node): &(String, String)| *name == host.host && *node == host.nodename;
        if tried.into_iter().any(is_it) {
            Verdict::Fail("was tried before".into())
        } else {
            Verdict::pass()
        }
    }
}
