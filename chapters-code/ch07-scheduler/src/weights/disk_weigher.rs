//! `nova/scheduler/weights/disk.py`

use super::{BaseHostWeigher, NAMESPACE, WeigherConstructor};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `DiskWeigher`, to be installed.
pub const ENTRY_POINT: EntryPoint<WeigherConstructor> = EntryPoint::new(
    NAMESPACE,
    "DiskWeigher",
    "nova.scheduler.weights.disk:DiskWeigher",
    |options| Box::new(DiskWeigher { multiplier: options.disk_weight_multiplier }),
);

/// Prefers the host with the most free disk, so that instances spread.
pub struct DiskWeigher {
    /// How much that counts; a negative multiplier stacks instances instead.
    pub multiplier: f64,
}

impl BaseHostWeigher for DiskWeigher {
    fn weigh_object(&self, host: &HostState, _request: &Request<'_>) -> f64 {
        host.free_disk_mb as f64
    }

    fn weight_multiplier(&self) -> f64 {
        self.multiplier
    }

    /// A host without free disk is the worst there can be, present or not.
    fn minval(&self) -> Option<f64> {
        Some(0.0)
    }
}
