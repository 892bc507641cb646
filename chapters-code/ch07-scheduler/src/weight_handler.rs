//! Asking the weighers (`nova/weights.py` `BaseWeightHandler`).

use crate::{
    HostState, Options, SchedulerError,
    loadables::{Loaded, load},
    report::{Score, WeighedHost},
    weights::{ALL_WEIGHERS, BaseHostWeigher, WeigherConstructor, weigh_objects},
};
use nova_objects::RequestSpec;
use nova_paste::EntryPoint;

/// The weighers that the operator chose.
pub(crate) struct HostWeightHandler {
    weighers: Vec<Loaded<dyn BaseHostWeigher>>,
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

    /// Weighs the hosts and gives them best first; equals stay in the order they came in.
    pub(crate) fn get_weighed_hosts(
        &self,
        hosts: &[&HostState],
        spec: &RequestSpec,
    ) -> Vec<WeighedHost> {
        let mut weighed: Vec<_> = hosts.iter().map(|host| WeighedHost::new(host)).collect();
        // A single host has nobody to be better than: its weight stays 0, as in Nova.
        if hosts.len() > 1 {
            for weigher in &self.weighers {
                let weights = weigh_objects(&*weigher.class, hosts.iter().copied(), spec);
                for (host, (raw, score)) in weighed.iter_mut().zip(weights) {
                    host.weight += score;
                    host.scores.push(Score { weigher: weigher.name, raw, score });
                }
            }
        }
        weighed.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        weighed
    }
}
