//! Asking the weighers (`nova/weights.py` `BaseWeightHandler`).

use crate::{
    HostState, Options, Request, SchedulerError,
    loadables::{Loaded, load},
    weights::{ALL_WEIGHERS, BaseHostWeigher, Scale, WeigherConstructor},
};
use nova_paste::EntryPoint;

/// The weighers that the operator chose.
pub(crate) struct HostWeightHandler {
    weighers: Vec<Loaded<dyn BaseHostWeigher>>,
}

/// What the weighers think of each of some hosts.
pub(crate) struct Weights {
    pub(crate) columns: Vec<Column>,
    /// All scores of a host together.
    pub(crate) total: Vec<f64>,
}

/// What one weigher thinks of each host.
pub(crate) struct Column {
    pub(crate) weigher: &'static str,
    /// As it measures it.
    pub(crate) raw: Vec<f64>,
    scale: Scale,
    multiplier: f64,
}

impl Column {
    /// How a measure counts: 0 for the worst, the weigher's multiplier for the best.
    pub(crate) fn score(&self, raw: f64) -> f64 {
        self.multiplier * self.scale.normalize(raw)
    }
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

    /// Weighs `hosts`. A single host has nobody to be better than: its weight stays 0, as in Nova.
    pub(crate) fn get_weighed_hosts(&self, hosts: &[&HostState], request: &Request<'_>) -> Weights {
        let weighers: &[_] = if hosts.len() > 1 { &self.weighers } else { &[] };
        let column = |Loaded { name, class }: &Loaded<dyn BaseHostWeigher>| {
            let raw = class.weigh_objects(hosts, request);
            let scale = Scale::of(&raw, class.minval(), class.maxval());
            Column { weigher: name, raw, scale, multiplier: class.weight_multiplier() }
        };
        let columns: Vec<_> = weighers.iter().map(column).collect();
        let mut total = vec![0.0; hosts.len()];
        for column in &columns {
            for (total, raw) in total.iter_mut().zip(&column.raw) {
                *total += column.score(*raw);
            }
        }
        Weights { columns, total }
    }
}

impl Weights {
    /// The places of the best `count` hosts, best first; equals stay in the order they came in.
    pub(crate) fn best(&self, count: usize) -> Vec<usize> {
        let better =
            |a: &usize, b: &usize| self.total[*b].total_cmp(&self.total[*a]).then_with(|| a.cmp(b));
        let mut places: Vec<usize> = (0..self.total.len()).collect();
        if count == 1 {
            return places.into_iter().min_by(better).into_iter().collect();
        }
        // Of a hundred thousand only some are looked at: the others need no order.
        if count < places.len() {
            places.select_nth_unstable_by(count, better);
            places.truncate(count);
        }
        places.sort_unstable_by(better);
        places
    }
}
