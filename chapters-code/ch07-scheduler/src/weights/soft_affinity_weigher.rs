//! `nova/scheduler/weights/affinity.py` `ServerGroupSoftAffinityWeigher`

use super::{BaseHostWeigher, NAMESPACE, WeigherConstructor};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `ServerGroupSoftAffinityWeigher`, to be installed.
pub const ENTRY_POINT: EntryPoint<WeigherConstructor> = EntryPoint::new(
    NAMESPACE,
    "ServerGroupSoftAffinityWeigher",
    "nova.scheduler.weights.affinity:ServerGroupSoftAffinityWeigher",
    |options| {
        let multiplier = options.soft_affinity_weight_multiplier;
        Box::new(ServerGroupSoftAffinityWeigher { multiplier })
    },
);

/// Where a group would like to be together: prefers the host with the most members of it.
pub struct ServerGroupSoftAffinityWeigher {
    /// How much that counts.
    pub multiplier: f64,
}

impl BaseHostWeigher for ServerGroupSoftAffinityWeigher {
    fn weigh_object(&self, host: &HostState, request: &Request<'_>) -> f64 {
        members_on(host, request, "soft-affinity")
    }

    fn weight_multiplier(&self) -> f64 {
        self.multiplier
    }
}

/// How many members of the request's group are on `host`, if the group has that policy.
pub(super) fn members_on(host: &HostState, request: &Request<'_>, policy: &str) -> f64 {
    let group = request.instance_group.as_ref().filter(|group| group.has(policy));
    let hosts = group.map(|group| &group.hosts).into_iter().flatten();
    hosts.filter(|name| **name == host.host).count() as f64
}
