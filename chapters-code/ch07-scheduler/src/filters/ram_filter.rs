//! `nova/scheduler/filters/ram_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::HostState;
use nova_objects::{FilterProperties, Limits, RequestSpec};
use nova_paste::EntryPoint;

/// `RamFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "RamFilter",
    "nova.scheduler.filters.ram_filter:RamFilter",
    |_options| Box::new(RamFilter),
);

/// Passes hosts with enough memory.
///
/// A host may promise its memory `ram_allocation_ratio` times over, but never more to one
/// instance than it really has.
pub struct RamFilter;

impl BaseHostFilter for RamFilter {
    fn host_passes(
        &self,
        host: &HostState,
        spec: &RequestSpec,
        _filter_properties: &FilterProperties,
    ) -> Verdict {
        let requested = spec.flavor.memory_mb;
        let total = host.total_usable_ram_mb;
        if requested > total {
            return Verdict::Fail(format!("needs {requested} MB, {total} MB in all"));
        }
        let limit = total as f64 * host.ram_allocation_ratio;
        let used = (total - host.free_ram_mb) as f64;
        let usable = limit - used;
        if requested as f64 > usable {
            return Verdict::Fail(format!("needs {requested} MB, {usable:.0} MB usable"));
        }
        Verdict::Pass(Limits { memory_mb: Some(limit), ..Limits::default() })
    }
}
