//! `nova/scheduler/filters/availability_zone_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_objects::Aggregate;
use nova_paste::EntryPoint;

/// `AvailabilityZoneFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "AvailabilityZoneFilter",
    "nova.scheduler.filters.availability_zone_filter:AvailabilityZoneFilter",
    |options| {
        let default_availability_zone = options.default_availability_zone.clone();
        Box::new(AvailabilityZoneFilter { default_availability_zone })
    },
);

/// Passes hosts in the zone that is asked for, if one is.
///
/// A host is in the zones that its aggregates name; an aggregate may name several, with commas
/// between them.
pub struct AvailabilityZoneFilter {
    /// Where a host is whose aggregates name no zone.
    pub default_availability_zone: String,
}

impl BaseHostFilter for AvailabilityZoneFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let Some(wanted) = request.spec.availability_zone.as_deref() else {
            return Verdict::Pass;
        };
        let named = host.aggregates.iter().filter_map(|a| Aggregate::availability_zone(a));
        let mut zones: Vec<_> = named.flat_map(|zones| zones.split(',')).map(str::trim).collect();
        if zones.is_empty() {
            zones.push(&self.default_availability_zone);
        }
        if zones.contains(&wanted) {
            return Verdict::Pass;
        }
        Verdict::fail(format!("is in {}", zones.join(", ")))
    }

    fn run_filter_once_per_request(&self) -> bool {
        true
    }
}
