//! A host of another size (`nova/conductor/manager.py` `_cold_migrate`,
//! `nova/conductor/tasks/migrate.py`).

use crate::{
    SchedulerError, SchedulerManager,
    retry::{populate_filter_properties, populate_retry},
    vm_state::{Outcome, set_vm_state, still_waiting},
};
use nova_objects::{
    NovaException, RequestContext, RequestSpec, Selection, TaskState::ResizePrep, hop,
    sockets::PrepResize,
};
use std::sync::Arc;

impl SchedulerManager {
    /// Chooses a host for an instance that is to have another size, and tells it to claim the
    /// room. The host that has the instance is not asked, unless the operator allows it.
    ///
    /// Nobody waits for an answer. If there is no host, or the host cannot be told, the instance
    /// is what it was before, with a fault.
    ///
    /// # Errors
    ///
    /// Not even that could be written down.
    pub async fn prep_resize(
        self: Arc<Self>,
        context: RequestContext,
        mut args: PrepResize,
    ) -> Result<(), SchedulerError> {
        let Err(error) = self.do_prep_resize(&context, &mut args).await else { return Ok(()) };
        hop::failed(&error.class(), format_args!("{}: {error}", error.class()));
        let (instance, outcome) = (&mut args.instance, Outcome::AsBefore);
        let set = set_vm_state(&*self.store, &context, instance, ResizePrep, outcome, &error);
        Ok(set.await?)
    }

    async fn do_prep_resize(
        &self,
        context: &RequestContext,
        args: &mut PrepResize,
    ) -> Result<(), SchedulerError> {
        if !still_waiting(&*self.store, context, &mut args.instance, ResizePrep).await? {
            return Ok(());
        }
        let selection = self.place_elsewhere(context, args).await?;
        args.filter_properties = populate_filter_properties(&args.filter_properties, &selection);
        Ok(self.compute_rpcapi.prep_resize(context, &selection.host, args.clone()).await?)
    }

    /// Counts the attempt and chooses the host.
    async fn place_elsewhere(
        &self,
        context: &RequestContext,
        args: &mut PrepResize,
    ) -> Result<Selection, SchedulerError> {
        let PrepResize { instance, flavor, request_spec, filter_properties } = args;
        populate_retry(filter_properties, &instance.uuid, self.max_attempts)?;
        let (flavor, num_instances) = (flavor.clone(), 1);
        let spec = RequestSpec { flavor, num_instances, ..request_spec.clone() };
        let uuid = Some(instance.uuid.as_str());
        let select = self.scheduler.select_destinations(context, &spec, filter_properties, uuid);
        select.await?.into_iter().next().ok_or_else(SchedulerError::not_enough_hosts)
    }
}
