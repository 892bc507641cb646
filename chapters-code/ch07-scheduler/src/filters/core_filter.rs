//! `nova/scheduler/filters/core_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict, Why};
use crate::{HostState, Request};
use nova_objects::Limits;
use nova_paste::EntryPoint;

/// `CoreFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "CoreFilter",
    "nova.scheduler.filters.core_filter:CoreFilter",
    |_options| Box::new(CoreFilter),
);

/// Passes hosts with enough CPUs, each of which may be promised `cpu_allocation_ratio` times.
///
/// It is not asked unless nova.conf says so: as Nova comes, CPUs have no limit.
pub struct CoreFilter;

impl BaseHostFilter for CoreFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let (needs, total) = (request.spec.flavor.vcpus, host.vcpus_total);
        // A driver that cannot count its CPUs says 0.
        if total == 0 {
            return Verdict::Pass;
        }
        if needs > total {
            return Verdict::Fail(Why::Lack { needs, has: total, unit: "CPUs", part: "in all" });
        }
        let limit = total as f64 * host.cpu_allocation_ratio;
        let free = limit - host.vcpus_used as f64;
        if needs as f64 > free {
            let has = free.floor() as i64;
            return Verdict::Fail(Why::Lack { needs, has, unit: "CPUs", part: "usable" });
        }
        Verdict::PassWithin(Limits { vcpu: Some(limit), ..Limits::default() })
    }
}
