//! `nova/scheduler/filters/compute_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `ComputeFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "ComputeFilter",
    "nova.scheduler.filters.compute_filter:ComputeFilter",
    |options| Box::new(ComputeFilter { service_down_time: options.service_down_time }),
);

/// Passes hosts whose compute service is enabled and alive.
pub struct ComputeFilter {
    /// After how many seconds of silence it is dead.
    pub service_down_time: f64,
}

impl BaseHostFilter for ComputeFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let service = &host.service;
        if service.disabled {
            let reason = service.disabled_reason.as_deref().unwrap_or("not set");
            Verdict::fail(format!("is disabled, reason: {reason}"))
        } else {
            let alive = service.is_up(request.now, self.service_down_time);
            Verdict::of(alive, "has not been heard from in a while")
        }
    }

    fn run_filter_once_per_request(&self) -> bool {
        true
    }
}
