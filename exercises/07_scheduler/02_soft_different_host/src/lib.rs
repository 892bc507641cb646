//! A scheduler weigher for which the hint `different_host` is a wish.

use nova_paste::EntryPoint;
use nova_scheduler::{BaseHostWeigher, HostState, Request, WeigherConstructor, weights::NAMESPACE};

/// The weigher, to be installed. It wishes what members of a `soft-anti-affinity` group wish, so
/// their option says how much it counts.
pub const ENTRY_POINT: EntryPoint<WeigherConstructor> = EntryPoint::new(
    NAMESPACE,
    "SoftDifferentHostWeigher",
    "workshop.soft_different_host:SoftDifferentHostWeigher",
    |options| {
        let multiplier = options.soft_anti_affinity_weight_multiplier;
        Box::new(SoftDifferentHostWeigher { multiplier })
    },
);

/// Prefers hosts with few of the servers that the hint `different_host` names.
pub struct SoftDifferentHostWeigher {
    /// How much that counts.
    pub multiplier: f64,
}

impl BaseHostWeigher for SoftDifferentHostWeigher {
    /// How good is this host? More is better.
    fn weigh_object(&self, _host: &HostState, _request: &Request<'_>) -> f64 {
        0.0
    }

    /// What counts as worst. `None`: the worst host there is.
    fn minval(&self) -> Option<f64> {
        None
    }

    /// What counts as best. `None`: the best host there is.
    fn maxval(&self) -> Option<f64> {
        None
    }

    fn weight_multiplier(&self) -> f64 {
        self.multiplier
    }
}
