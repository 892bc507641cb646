//! `nova/scheduler/weights/affinity.py` `ServerGroupSoftAntiAffinityWeigher`

use super::{BaseHostWeigher, NAMESPACE, WeigherConstructor, soft_affinity_weigher::members_on};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `ServerGroupSoftAntiAffinityWeigher`, to be installed.
pub const ENTRY_POINT: EntryPoint<WeigherConstructor> = EntryPoint::new(
    NAMESPACE,
    "ServerGroupSoftAntiAffinityWeigher",
    "nova.scheduler.weights.affinity:ServerGroupSoftAntiAffinityWeigher",
    |options| {
        let multiplier = options.soft_anti_affinity_weight_multiplier;
        Box::new(ServerGroupSoftAntiAffinityWeigher { multiplier })
    },
);

/// Where a group would like to be spread: prefers the host with the fewest members of it.
pub struct ServerGroupSoftAntiAffinityWeigher {
    /// How much that counts.
    pub multiplier: f64,
}

impl BaseHostWeigher for ServerGroupSoftAntiAffinityWeigher {
    fn weigh_object(&self, host: &HostState, request: &Request<'_>) -> f64 {
        0.0 - members_on(host, request, "soft-anti-affinity")
    }

    fn weight_multiplier(&self) -> f64 {
        self.multiplier
    }
}
