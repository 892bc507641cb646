//! Asking the weighers (`nova/weights.py` `BaseWeightHandler`).

use crate::{
    HostState, Options, Request, SchedulerError,
    loadables::{Loaded, load},
    weights::{ALL_WEIGHERS, BaseHostWeigher, WeigherConstructor, normalize},
};
use nova_paste::EntryPoint;

/// The weighers that the operator chose.
pub(crate) struct HostWeightHandler {
    weighers: Vec<Loaded<dyn BaseHostWeigher>>,
}

/// What one weigher thinks of each host, and what the weighers think together.
///
/// All columns have the length of the list of hosts, and its order.
pub(crate) struct Weights {
    pub(crate) columns: Vec<Column>,
    pub(crate) total: Vec<f64>,
}

/// What one weigher thinks of each host.
pub(crate) struct Column {
    pub(crate) weigher: &'static str,
    /// As it measures it.
    pub(crate) raw: Vec<f64>,
    /// As it counts: 0 for the worst, the weigher's multiplier for the best.
    pub(crate) score: Vec<f64>,
}

impl HostWeightHandler {
    pub(crate) fn new(
        installed: &[EntryPoint<WeigherConstructor>],
        options: &Options,
    ) -> Result<Self, SchedulerError> {
        let names = options.scheduler_weight_classes.iter().flat_map(|name| match name.as_str() {
            ALL_WEIGHERS => installed.iter().map(|entry| entry.name).collect(),
            name => vec![name],
        });
        let weighers = load(installed, names, options).map_err(SchedulerError::WeigherNotFound)?;
        Ok(Self { weighers })
    }

    /// Weighs `hosts`.
    pub(crate) fn get_weighed_hosts(&self, hosts: &[&HostState], request: &Request<'_>) -> Weights {
        let mut weights = Weights { columns: Vec::new(), total: vec![0.0; hosts.len()] };
        // A single host has nobody to be better than: its weight stays 0, as in Nova.
        if hosts.len() > 1 {
            for Loaded { name, class } in &self.weighers {
                let raw: Vec<f64> = hosts.iter().map(|h| class.weigh_object(h, request)).collect();
                let mut score = raw.clone();
                normalize(&mut score, class.minval(), class.maxval());
                for (score, total) in score.iter_mut().zip(&mut weights.total) {
                    *score *= class.weight_multiplier();
                    *total += *score;
                }
                weights.columns.push(Column { weigher: name, raw, score });
            }
        }
        weights
    }
}

impl Weights {
    /// The places of the best `count` hosts, best first; equals stay in the order they came in.
    pub(crate) fn best(&self, count: usize) -> Vec<usize> {
        let better =
            |a: &usize, b: &usize| self.total[*b].total_cmp(&self.total[*a]).then_with(|| a.cmp(b));
        let mut places: Vec<usize> = (0..self.total.len()).collect();
        // Of a hundred thousand only some are looked at: the others need no order.
        if count < places.len() {
            places.select_nth_unstable_by(count, better);
            places.truncate(count);
        }
        places.sort_unstable_by(better);
        places
    }
}
