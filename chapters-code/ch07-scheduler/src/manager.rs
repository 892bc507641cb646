//! The scheduler as a service (`nova/scheduler/manager.py`).

use crate::{
    FilterScheduler, Options, SchedulerError,
    filters::FilterConstructor,
    retry::{populate_filter_properties, populate_retry},
    vm_state::{Outcome, set_vm_state, still_waiting},
    weights::WeigherConstructor,
};
use nova_objects::{
    ComputeRpc, FilterProperties, Instance, NovaException, RequestContext, RequestSpec, Selection,
    Store,
    TaskState::Scheduling,
    Tracked, hop,
    sockets::{BuildAndRunInstance, RunInstance, SelectDestinations},
};
use nova_paste::EntryPoint;
use nova_rpc::{Endpoint, rpcapi::scheduler::VERSION};
use std::sync::Arc;

/// Takes requests for instances, chooses their hosts, and has them built there.
pub struct SchedulerManager {
    pub(crate) scheduler: FilterScheduler,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) compute_rpcapi: Arc<dyn ComputeRpc>,
    pub(crate) max_attempts: u32,
}

impl SchedulerManager {
    /// A manager that finds hosts and instances in `store`, reaches the hosts through
    /// `compute_rpcapi`, and chooses by those of the installed filters and weighers that
    /// `options` name.
    ///
    /// # Errors
    ///
    /// The options name a filter or a weigher that is not installed.
    pub fn new(
        store: Arc<dyn Store>,
        compute_rpcapi: Arc<dyn ComputeRpc>,
        filters: &[EntryPoint<FilterConstructor>],
        weighers: &[EntryPoint<WeigherConstructor>],
        options: &Options,
    ) -> Result<Self, SchedulerError> {
        let scheduler = FilterScheduler::new(Arc::clone(&store), filters, weighers, options)?;
        let Options { scheduler_max_attempts: max_attempts, .. } = *options;
        Ok(Self { scheduler, store, compute_rpcapi, max_attempts })
    }

    /// Its methods, for a server on the topic `scheduler`.
    pub fn endpoint(self: Arc<Self>) -> Endpoint<Self> {
        Endpoint::new(self, VERSION)
            .method("run_instance", Self::run_instance)
            .method("prep_resize", Self::prep_resize)
            .method("select_destinations", Self::select_destinations)
    }

    /// Chooses hosts and does nothing with them.
    ///
    /// # Errors
    ///
    /// As [`FilterScheduler::select_destinations`].
    pub async fn select_destinations(
        self: Arc<Self>,
        context: RequestContext,
        args: SelectDestinations,
    ) -> Result<Vec<Selection>, SchedulerError> {
        let SelectDestinations { request_spec, filter_properties } = args;
        self.scheduler.select_destinations(&context, &request_spec, &filter_properties, None).await
    }

    /// Chooses a host for each instance, and tells it to build the instance.
    ///
    /// Nobody waits for an answer. If there is no host, or the host cannot be told, the instance
    /// itself says so: it is in ERROR, with a fault.
    ///
    /// # Errors
    ///
    /// Not even that could be written down.
    pub async fn run_instance(
        self: Arc<Self>,
        context: RequestContext,
        args: RunInstance,
    ) -> Result<(), SchedulerError> {
        let RunInstance { mut instances, request_spec, mut filter_properties } = args;
        let placed = self.place(&context, &instances, &request_spec, &mut filter_properties).await;
        let selections = match placed {
            Ok(selections) => selections,
            Err(error) => return self.give_up(&context, &mut instances, &error).await,
        };
        let mut written = Ok(());
        for (instance, selection) in instances.iter_mut().zip(&selections) {
            let properties = populate_filter_properties(&filter_properties, selection);
            let sent = self.build(&context, instance, &request_spec, properties, selection).await;
            if let Err(error) = sent {
                let instance = std::slice::from_mut(instance);
                written = written.and(self.give_up(&context, instance, &error).await);
            }
        }
        written
    }

    /// Counts the attempt and chooses the hosts.
    async fn place(
        &self,
        context: &RequestContext,
        instances: &[Tracked<Instance>],
        request_spec: &RequestSpec,
        filter_properties: &mut FilterProperties,
    ) -> Result<Vec<Selection>, SchedulerError> {
        let Some(first) = instances.first() else { return Ok(Vec::new()) };
        populate_retry(filter_properties, &first.uuid, self.max_attempts)?;
        // A host that declines sends one instance back, with the spec of the whole request.
        let spec = RequestSpec { num_instances: instances.len(), ..request_spec.clone() };
        self.scheduler.select_destinations(context, &spec, filter_properties, None).await
    }

    async fn build(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        request_spec: &RequestSpec,
        filter_properties: FilterProperties,
        selection: &Selection,
    ) -> Result<(), SchedulerError> {
        if !still_waiting(&*self.store, context, instance, Scheduling).await? {
            return Ok(());
        }
        let args = BuildAndRunInstance {
            instance: instance.clone(),
            request_spec: request_spec.clone(),
            filter_properties,
            node: selection.nodename.clone(),
            limits: selection.limits,
        };
        Ok(self.compute_rpcapi.build_and_run_instance(context, &selection.host, args).await?)
    }

    async fn give_up(
        &self,
        context: &RequestContext,
        instances: &mut [Tracked<Instance>],
        error: &SchedulerError,
    ) -> Result<(), SchedulerError> {
        hop::failed(&error.class(), format_args!("{}: {error}", error.class()));
        let mut written = Ok(());
        for instance in instances {
            let (store, outcome) = (&*self.store, Outcome::Error);
            let set = set_vm_state(store, context, instance, Scheduling, outcome, error).await;
            written = written.and(set.map_err(SchedulerError::from));
        }
        written
    }
}
