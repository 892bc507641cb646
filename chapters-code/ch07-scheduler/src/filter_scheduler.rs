//! Filter, weigh, take the best (`nova/scheduler/filter_scheduler.py`).

use crate::{
    HostManager, HostState, Options, Request, SchedulerError,
    filter_handler::HostFilterHandler,
    filters::FilterConstructor,
    report::{Decision, Filtering, ROWS, Report, Weighing},
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
    store: Arc<dyn Store>,
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
        let period = options.scheduler_driver_task_period;
        Ok(Self {
            host_manager: HostManager::new(Arc::clone(&store), period),
            store,
            filters: HostFilterHandler::new(filters, options)?,
            weighers: HostWeightHandler::new(weighers, options)?,
            subset_size: options.scheduler_host_subset_size,
        })
    }

    /// Chooses a host for each instance of the request: for all of them, or for none.
    ///
    /// An instance that exists already, and is to move, is named by `instance_uuid`: the server group
    /// that it is in counts, for the hints that it came with are forgotten.
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
        instance_uuid: Option<&str>,
    ) -> Result<Vec<Selection>, SchedulerError> {
        let request = Request::new(spec, filter_properties);
        let request = request.look_up(&*self.store, context, instance_uuid).await?;
        let shown = if hop::is_watched() { ROWS } else { 0 };
        let report = self.choose(context, request, shown).await?;
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
        request: Request<'_>,
    ) -> Result<Report, SchedulerError> {
        self.choose(context, request, ROWS).await
    }

    // ANCHOR: choose
    /// Chooses hosts, and tells of so many one by one.
    async fn choose(
        &self,
        context: &RequestContext,
        mut request: Request<'_>,
        shown: usize,
    ) -> Result<Report, SchedulerError> {
        let mut hosts = self.host_manager.get_all_host_states(context).await?;
        let mut candidates: Vec<_> = (0..hosts.len()).collect();
        let (mut decisions, mut taken) = (Vec::new(), Vec::new());
        for index in 0..request.spec.num_instances {
            let (decision, place) = self.decide(&hosts, &mut candidates, &request, index, shown);
            decisions.push(decision);
            let Some(place) = place else {
                // For all or for none: what was taken is given back, the latest first, so that a
                // host that was taken twice ends as it began.
                taken.into_iter().rev().for_each(|(place, before)| hosts[place] = before);
                break;
            };
            taken.push((place, hosts[place].clone()));
            hosts[place].consume_from_request(request.spec);
            if let Some(group) = &mut request.instance_group {
                group.hosts.push(hosts[place].host.clone());
            }
        }
        Ok(Report { decisions })
    }
    // ANCHOR_END: choose

    /// One instance: how it was decided, and the place of its host among the hosts. Candidates are
    /// places too; one that is failed is none any more, for the instances after it either.
    fn decide(
        &self,
        hosts: &[HostState],
        candidates: &mut Vec<usize>,
        request: &Request<'_>,
        index: usize,
        shown: usize,
    ) -> (Decision, Option<usize>) {
        let filtering = seen(Kind::Filters, "get_filtered_hosts", || {
            self.filters.get_filtered_hosts(candidates, hosts, request, index, shown)
        });
        if candidates.is_empty() {
            let results = filtering.log_line();
            tracing::info!(
                "Filtering removed all hosts for the request. Filter results: {results}"
            );
            return (Decision { filtering, weighing: None, chosen: None }, None);
        }
        let (weighing, best) = seen(Kind::Weighers, "get_weighed_hosts", || {
            self.weigh(hosts, candidates, request, shown)
        });
        let place = candidates[best];
        let HostState { host, nodename, .. } = &hosts[place];
        let (host, nodename) = (host.clone(), nodename.clone());
        let limits = self.filters.limits(&hosts[place], request);
        let chosen = Some(Selection { host, nodename, limits });
        (Decision { filtering, weighing: Some(weighing), chosen }, Some(place))
    }

    /// What the weighers say of the candidates, and which of them is taken.
    fn weigh(
        &self,
        hosts: &[HostState],
        candidates: &[usize],
        request: &Request<'_>,
        shown: usize,
    ) -> (Weighing, usize) {
        let hosts: Vec<_> = candidates.iter().map(|place| &hosts[*place]).collect();
        let weights = self.weighers.get_weighed_hosts(&hosts, request);
        let subset = self.subset_size.clamp(1, hosts.len());
        let best = weights.best(subset.max(shown));
        let chosen = best[any_below(subset)];
        let shown = &best[..shown.min(best.len())];
        (Weighing::of(&hosts, &weights, shown, chosen), chosen)
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

impl Said for (Weighing, usize) {
    fn tell(&self) {
        hop::outcome(&self.0);
        hop::data(&self.0);
    }
}

/// A number from 0 to just below `bound`, any of them. (A UUID of version 4 is made by chance.)
fn any_below(bound: usize) -> usize {
    Uuid::new_v4().as_u128() as usize % bound
}
