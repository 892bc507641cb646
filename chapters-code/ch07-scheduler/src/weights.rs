//! What a weigher is, and the weighers there are (`nova/weights.py`,
//! `nova/scheduler/weights/__init__.py`).

use crate::{HostState, loadables::Constructor};
use nova_objects::RequestSpec;
use nova_paste::EntryPoint;

pub mod ram_weigher;

/// The weighers of this crate.
pub const WEIGHERS: &[EntryPoint<WeigherConstructor>] = &[ram_weigher::ENTRY_POINT];

/// The namespace of their entry points.
pub const NAMESPACE: &str = "nova.scheduler.weights";

/// What to write into `scheduler_weight_classes` to have each weigher that is installed.
pub const ALL_WEIGHERS: &str = "nova.scheduler.weights.all_weighers";

/// What makes a weigher.
pub type WeigherConstructor = Constructor<dyn BaseHostWeigher>;

/// One reason to prefer a host to another.
pub trait BaseHostWeigher: Send + Sync {
    /// How good is `host`, in whatever unit this weigher measures? More is better.
    fn weigh_object(&self, host: &HostState, spec: &RequestSpec) -> f64;

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

/// What `weigher` thinks of each host, as it measured it and as it counts: 0 for the worst, its
/// multiplier for the best.
pub(crate) fn weigh_objects<'h>(
    weigher: &dyn BaseHostWeigher,
    hosts: impl IntoIterator<Item = &'h HostState>,
    spec: &RequestSpec,
) -> Vec<(f64, f64)> {
    let (minval, maxval) = (weigher.minval(), weigher.maxval());
    let raw: Vec<f64> = hosts.into_iter().map(|host| weigher.weigh_object(host, spec)).collect();
    let bounded = raw.iter().map(|weight| {
        weight.max(minval.unwrap_or(f64::NEG_INFINITY)).min(maxval.unwrap_or(f64::INFINITY))
    });
    let normalized = normalize(&bounded.collect::<Vec<_>>(), minval, maxval);
    let multiplier = weigher.weight_multiplier();
    raw.into_iter().zip(normalized.into_iter().map(|weight| multiplier * weight)).collect()
}

/// Stretches `weights` so that `minval` becomes 0 and `maxval` becomes 1. Where they are not
/// given, the smallest and the largest weight stand for them; if all is one, all is 0.
pub(crate) fn normalize(weights: &[f64], minval: Option<f64>, maxval: Option<f64>) -> Vec<f64> {
    let min = minval.unwrap_or_else(|| weights.iter().copied().fold(f64::INFINITY, f64::min));
    let max = maxval.unwrap_or_else(|| weights.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let normal = |weight: &f64| if min == max { 0.0 } else { (weight - min) / (max - min) };
    weights.iter().map(normal).collect()
}

#[cfg(test)]
mod tests {
    use super::normalize;

    /// The table of Nova's own `test_weights.py` `test_normalization`.
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
        ];
        for (weights, min, max, normal) in cases {
            assert_eq!(normalize(weights, *min, *max), *normal, "{weights:?} {min:?} {max:?}");
        }
    }
}
