//! `nova/scheduler/weights/io_ops.py`

use super::{BaseHostWeigher, NAMESPACE, WeigherConstructor};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `IoOpsWeigher`, to be installed.
pub const ENTRY_POINT: EntryPoint<WeigherConstructor> = EntryPoint::new(
    NAMESPACE,
    "IoOpsWeigher",
    "nova.scheduler.weights.io_ops:IoOpsWeigher",
    |options| Box::new(IoOpsWeigher { multiplier: options.io_ops_weight_multiplier }),
);

/// Counts the instances that a host is busy with.
pub struct IoOpsWeigher {
    /// How much that counts; it is negative as Nova comes, so that the busy are avoided.
    pub multiplier: f64,
}

impl BaseHostWeigher for IoOpsWeigher {
    fn weigh_object(&self, host: &HostState, _request: &Request<'_>) -> f64 {
        host.num_io_ops as f64
    }

    fn weight_multiplier(&self) -> f64 {
        self.multiplier
    }

    /// Less than nothing to do is not possible.
    fn minval(&self) -> Option<f64> {
        Some(0.0)
    }
}
