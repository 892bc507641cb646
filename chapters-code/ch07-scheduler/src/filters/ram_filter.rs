//! `nova/scheduler/filters/ram_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict, Why};
use crate::{HostState, Request};
use nova_objects::Limits;
use nova_paste::EntryPoint;

/// `RamFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "RamFilter",
    "nova.scheduler.filters.ram_filter:RamFilter",
    |_options| Box::new(RamFilter),
);

// ANCHOR: ram_filter
/// Passes hosts with enough memory.
///
/// A host may promise its memory `ram_allocation_ratio` times over, but never more to one
/// instance than it really has.
pub struct RamFilter;

impl BaseHostFilter for RamFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let needs = request.spec.flavor.memory_mb;
        let total = host.total_usable_ram_mb;
        if needs > total {
            return Verdict::Fail(Why::Lack { needs, has: total, unit: "MB", part: "in all" });
        }
        let limit = total as f64 * host.ram_allocation_ratio;
        let usable = limit - (total - host.free_ram_mb) as f64;
        if needs as f64 > usable {
            let has = usable.floor() as i64;
            return Verdict::Fail(Why::Lack { needs, has, unit: "MB", part: "usable" });
        }
        Verdict::PassWithin(Limits { memory_mb: Some(limit), ..Limits::default() })
    }
}
// ANCHOR_END: ram_filter
