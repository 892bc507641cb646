//! `nova/scheduler/weights/ram.py`

use super::{BaseHostWeigher, NAMESPACE, WeigherConstructor};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `RAMWeigher`, to be installed.
pub const ENTRY_POINT: EntryPoint<WeigherConstructor> =
    EntryPoint::new(NAMESPACE, "RAMWeigher", "nova.scheduler.weights.ram:RAMWeigher", |options| {
        Box::new(RamWeigher { multiplier: options.ram_weight_multiplier })
    });

/// Prefers the host with the most free memory, so that instances spread.
pub struct RamWeigher {
    /// How much that counts; a negative multiplier stacks instances instead.
    pub multiplier: f64,
}

// ANCHOR: ram_weigher
impl BaseHostWeigher for RamWeigher {
    fn weigh_object(&self, host: &HostState, _request: &Request<'_>) -> f64 {
        host.free_ram_mb as f64
    }

    fn weight_multiplier(&self) -> f64 {
        self.multiplier
    }

    /// A host without free memory is the worst there can be, present or not.
    fn minval(&self) -> Option<f64> {
        Some(0.0)
    }
}
// ANCHOR_END: ram_weigher
