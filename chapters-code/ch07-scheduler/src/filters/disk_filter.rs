//! `nova/scheduler/filters/disk_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::HostState;
use nova_objects::{FilterProperties, Limits, RequestSpec};
use nova_paste::EntryPoint;

/// `DiskFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "DiskFilter",
    "nova.scheduler.filters.disk_filter:DiskFilter",
    |_options| Box::new(DiskFilter),
);

/// Passes hosts with enough disk: for root, the second disk and swap together.
///
/// A host may promise its disk `disk_allocation_ratio` times over, and (unlike memory) even to
/// one instance alone.
pub struct DiskFilter;

impl BaseHostFilter for DiskFilter {
    fn host_passes(
        &self,
        host: &HostState,
        spec: &RequestSpec,
        _filter_properties: &FilterProperties,
    ) -> Verdict {
        let requested = 1024 * (spec.flavor.root_gb + spec.flavor.ephemeral_gb) + spec.flavor.swap;
        let total = 1024 * host.total_usable_disk_gb;
        let limit = total as f64 * host.disk_allocation_ratio;
        let used = (total - host.free_disk_mb) as f64;
        let usable = limit - used;
        if requested as f64 > usable {
            return Verdict::Fail(format!("needs {requested} MB, {usable:.0} MB usable"));
        }
        Verdict::Pass(Limits { disk_gb: Some(limit / 1024.0), ..Limits::default() })
    }
}
