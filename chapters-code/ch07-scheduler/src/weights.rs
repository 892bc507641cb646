//! What a weigher is, and the weighers there are (`nova/weights.py`,
//! `nova/scheduler/weights/__init__.py`).

use crate::{HostState, Request, loadables::Constructor};
use nova_paste::EntryPoint;

pub mod disk_weigher;
pub mod io_ops_weigher;
pub mod ram_weigher;
pub mod soft_affinity_weigher;
pub mod soft_anti_affinity_weigher;

/// The weighers of this crate.
pub const WEIGHERS: &[EntryPoint<WeigherConstructor>] = &[
    ram_weigher::ENTRY_POINT,
    disk_weigher::ENTRY_POINT,
    io_ops_weigher::ENTRY_POINT,
    soft_affinity_weigher::ENTRY_POINT,
    soft_anti_affinity_weigher::ENTRY_POINT,
];

/// The namespace of their entry points.
pub const NAMESPACE: &str = "nova.scheduler.weights";

/// What to write into `scheduler_weight_classes` to have each weigher that is installed.
pub const ALL_WEIGHERS: &str = "nova.scheduler.weights.all_weighers";

/// What makes a weigher.
pub type WeigherConstructor = Constructor<dyn BaseHostWeigher>;

/// One reason to prefer a host to another.
pub trait BaseHostWeigher: Send + Sync {
    /// How good is `host`, in whatever unit this weigher measures? More is better.
    fn weigh_object(&self, host: &HostState, request: &Request<'_>) -> f64;

    /// How good is each of `hosts`? One call for all of them, for there may be many (`weigh_objects`
    /// in `nova/weights.py`).
    fn weigh_objects(&self, hosts: &[&HostState], request: &Request<'_>) -> Vec<f64> {
        hosts.iter().map(|host| self.weigh_object(host, request)).collect()
    }

    /// How much this reason counts beside the others. Negative turns it round.
    fn weight_multiplier(&self) -> f64;

    /// What counts as worst. `None`: the worst host there is.
    fn minval(&self) -> Option<f64> {
        None
    }

    /// What counts as best. `None`: the best host there is.
    fn maxval(&self) -> Option<f64> {
        None
    }
}

// ANCHOR: normalize
/// What counts as worst and as best, so that weights in different units can be added.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    min: f64,
    max: f64,
}

impl Scale {
    /// From `minval` to `maxval`; where they are not given, from the smallest of `weights` to the
    /// largest.
    pub(crate) fn of(weights: &[f64], minval: Option<f64>, maxval: Option<f64>) -> Self {
        let smallest = || weights.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = || weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let min = minval.unwrap_or_else(smallest);
        // All may be worse than what counts as worst.
        Self { min, max: maxval.unwrap_or_else(|| largest().max(min)) }
    }

    /// 0 for the worst, 1 for the best; 0 for all, if all are one. What lies beyond counts as they
    /// do.
    pub(crate) fn normalize(self, weight: f64) -> f64 {
        let Self { min, max } = self;
        // Not `clamp`, which panics if a weigher has its ends the wrong way round.
        if min == max { 0.0 } else { (weight.max(min).min(max) - min) / (max - min) }
    }
}
// ANCHOR_END: normalize

#[cfg(test)]
mod tests {
    use super::Scale;

    /// The table of Nova's own `test_weights.py` `test_normalization`, and what lies beyond.
    #[test]
    fn weights_are_stretched_from_0_to_1() {
        type Case<'a> = (&'a [f64], Option<f64>, Option<f64>, &'a [f64]);
        let cases: &[Case<'_>] = &[
            (&[], None, None, &[]),
            (&[0.0, 0.0], None, None, &[0.0, 0.0]),
            (&[1.0, 1.0], None, None, &[0.0, 0.0]),
            (&[20.0, 50.0], None, None, &[0.0, 1.0]),
            (&[20.0, 50.0], None, Some(100.0), &[0.0, 0.375]),
            (&[20.0, 50.0], Some(0.0), None, &[0.4, 1.0]),
            (&[20.0, 50.0], Some(0.0), Some(100.0), &[0.2, 0.5]),
            (&[-20.0, 50.0], Some(0.0), None, &[0.0, 1.0]),
            (&[-20.0, -50.0], Some(0.0), None, &[0.0, 0.0]),
            (&[20.0, 250.0], Some(0.0), Some(100.0), &[0.2, 1.0]),
        ];
        for (weights, min, max, normal) in cases {
            let scale = Scale::of(weights, *min, *max);
            let normalized: Vec<_> =
                weights.iter().map(|weight| scale.normalize(*weight)).collect();
            assert_eq!(normalized, *normal, "{weights:?} {min:?} {max:?}");
        }
    }
}
