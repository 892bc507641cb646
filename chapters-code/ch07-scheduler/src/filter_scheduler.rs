//! Filter, weigh, take the best (`nova/scheduler/filter_scheduler.py`).

use crate::{
    HostManager, HostState, Options, SchedulerError,
    candidate::Candidate,
    filter_handler::HostFilterHandler,
    filters::FilterConstructor,
    report::{Decision, Filtering, Report, WeighedHost, Weighing},
    weight_handler::HostWeightHandler,
    weights::WeigherConstructor,
};
use nova_objects::{
    FilterProperties, RequestContext, RequestSpec, Selection, Store, hop, hop::Kind,
};
use nova_paste::EntryPoint;
use std::sync::Arc;
use uuid::Uuid;

/// Chooses hosts: leaves out those that cannot, and takes the best of those that can.
pub struct FilterScheduler {
    host_manager: HostManager,
    filters: HostFilterHandler,
    weighers: HostWeightHandler,
    subset_size: usize,
}

impl FilterScheduler {
    /// A scheduler over the hosts in `store`, with those of the installed filters and weighers
    /// that `options` name.
    ///
    /// # Errors
    ///
    /// The options name one that is not installed.
    pub fn new(
        store: Arc<dyn Store>,
        filters: &[EntryPoint<FilterConstructor>],
        weighers: &[EntryPoint<WeigherConstructor>],
        options: &Options,
    ) -> Result<Self, SchedulerError> {
        Ok(Self {
            host_manager: HostManager::new(store),
            filters: HostFilterHandler::new(filters, options)?,
            weighers: HostWeightHandler::new(weighers, options)?,
            subset_size: options.scheduler_host_subset_size,
        })
    }

    /// Chooses a host for each instance of the request: for all of them, or for none.
    ///
    /// # Errors
    ///
    /// [`SchedulerError::NoValidHost`] if there are fewer hosts than instances; or the hosts
    /// could not be read.
    pub async fn select_destinations(
        &self,
        context: &RequestContext,
        spec: &RequestSpec,
        filter_properties: &FilterProperties,
    ) -> Result<Vec<Selection>, SchedulerError> {
        let report = self.schedule(context, spec, filter_properties).await?;
        let selections: Vec<_> = report.selections().cloned().collect();
        if selections.len() < spec.num_instances {
            return Err(SchedulerError::not_enough_hosts());
        }
        Ok(selections)
    }

    /// Chooses hosts as [`select_destinations`](Self::select_destinations) does, and tells how.
    ///
    /// # Errors
    ///
    /// The hosts could not be read. That there are too few is no error here.
    pub async fn schedule(
        &self,
        context: &RequestContext,
        spec: &RequestSpec,
        filter_properties: &FilterProperties,
    ) -> Result<Report, SchedulerError> {
        let mut host_states = self.host_manager.get_all_host_states(context).await?;
        // The request takes from a copy: if it fails, it has taken nothing.
        let mut copy = host_states.clone();
        let report = self.choose(&mut copy, spec, filter_properties);
        if report.selections().count() == spec.num_instances {
            *host_states = copy;
        }
        Ok(report)
    }

    /// One decision after the other. A host that is failed once stays out.
    fn choose(
        &self,
        host_states: &mut [HostState],
        spec: &RequestSpec,
        filter_properties: &FilterProperties,
    ) -> Report {
        let mut candidates: Vec<_> = host_states.iter_mut().map(Candidate::new).collect();
        let mut decisions = Vec::new();
        for index in 0..spec.num_instances {
            let decision = self.decide(&mut candidates, spec, filter_properties, index);
            let found = decision.chosen.is_some();
            decisions.push(decision);
            if !found {
                break;
            }
        }
        Report { decisions }
    }

    fn decide(
        &self,
        candidates: &mut Vec<Candidate<'_>>,
        spec: &RequestSpec,
        filter_properties: &FilterProperties,
        index: usize,
    ) -> Decision {
        let filtering = seen(Kind::Filters, "get_filtered_hosts", || {
            self.filters.get_filtered_hosts(candidates, spec, filter_properties, index)
        });
        if candidates.is_empty() {
            let results = filtering.log_line();
            tracing::info!(
                "Filtering removed all hosts for the request. Filter results: {results}"
            );
            return Decision { filtering, weighing: None, chosen: None };
        }
        let weighing = seen(Kind::Weighers, "get_weighed_hosts", || self.weigh(candidates, spec));
        let chosen = weighing.as_ref().and_then(|said| take(candidates, &said.chosen, spec));
        Decision { filtering, weighing, chosen }
    }

    fn weigh(&self, candidates: &[Candidate<'_>], spec: &RequestSpec) -> Option<Weighing> {
        let hosts: Vec<_> = candidates.iter().map(|candidate| &*candidate.host).collect();
        let weighed = self.weighers.get_weighed_hosts(&hosts, spec);
        let subset = self.subset_size.min(weighed.len()).max(1);
        Weighing::of(&weighed, any_below(subset))
    }
}

/// The seam at which a trace sees what the scheduler decides.
#[track_caller]
fn seen<T: Said>(kind: Kind, name: &str, decide: impl FnOnce() -> T) -> T {
    hop!(kind, name).in_scope(|| {
        let decided = decide();
        decided.tell();
        decided
    })
}

/// Something the scheduler said, for a trace to show.
trait Said {
    fn tell(&self);
}

impl Said for Filtering {
    fn tell(&self) {
        hop::outcome(self);
        hop::data(self);
    }
}

/// Nothing is said of no hosts.
impl Said for Option<Weighing> {
    fn tell(&self) {
        if let Some(weighing) = self {
            hop::outcome(weighing);
            hop::data(weighing);
        }
    }
}

fn take(
    candidates: &mut [Candidate<'_>],
    chosen: &WeighedHost,
    spec: &RequestSpec,
) -> Option<Selection> {
    let candidate = candidates.iter_mut().find(|candidate| chosen.is_of(candidate.host))?;
    Some(candidate.take(spec))
}

/// A number from 0 to just below `bound`, any of them.
fn any_below(bound: usize) -> usize {
    Uuid::new_v4().as_u128() as usize % bound
}
