//! `nova/scheduler/filters/disk_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict, Why};
use crate::{HostState, Request};
use nova_objects::Limits;
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
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let flavor = &request.spec.flavor;
        let needs = 1024 * (flavor.root_gb + flavor.ephemeral_gb) + flavor.swap;
        let total = 1024 * host.total_usable_disk_gb;
        let limit = total as f64 * host.disk_allocation_ratio;
        let usable = limit - (total - host.free_disk_mb) as f64;
        if needs as f64 > usable {
            let has = usable.floor() as i64;
            return Verdict::Fail(Why::Lack { needs, has, unit: "MB", part: "usable" });
        }
        Verdict::PassWithin(Limits { disk_gb: Some(limit / 1024.0), ..Limits::default() })
    }
}
