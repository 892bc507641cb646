//! What all methods of the manager have in common: the decorators `reverts_task_state`,
//! `wrap_instance_event` and `wrap_instance_fault` (`nova/compute/manager.py`).

use crate::{ComputeError, ComputeManager, event_reporter::EventReporter};
use nova_objects::{
    Instance, InstanceFault, NovaObject, RequestContext, TaskState, Tracked, VmState,
};

/// A method of the manager at work on an instance.
///
/// Python wraps three functions around the method. Here the method begins an operation, does its
/// work, and ends the operation with what came of it.
pub(crate) struct Operation<'m> {
    manager: &'m ComputeManager,
    context: &'m RequestContext,
    event: EventReporter,
    /// The marks that are its own: the one that it found, and those that it sets on its way.
    task_states: Vec<Option<TaskState>>,
}

impl ComputeManager {
    /// Begins the operation `event` on `instance`.
    pub(crate) async fn begin<'m>(
        &'m self,
        context: &'m RequestContext,
        instance: &Instance,
        event: &str,
    ) -> Result<Operation<'m>, ComputeError> {
        let (store, host) = (&*self.store, &self.options.host);
        let event = EventReporter::start(store, context, instance, event, host).await?;
        Ok(Operation { manager: self, context, event, task_states: vec![instance.task_state] })
    }

    /// Marks `instance` as busy with `task_state`, if it was busy with one of `expected`.
    pub(crate) async fn set_task_state(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        task_state: TaskState,
        expected: &[TaskState],
    ) -> Result<(), ComputeError> {
        instance.task_state = Some(task_state);
        let expected: Vec<_> = expected.iter().copied().map(Some).collect();
        Ok(instance.save_expecting(&*self.store, context, &expected).await?)
    }

    /// What was promised has been done: `instance` is `vm_state`, and not busy any more.
    pub(crate) async fn settle(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        vm_state: VmState,
        expected: &[Option<TaskState>],
    ) -> Result<(), ComputeError> {
        instance.power_state = self.get_power_state(instance).await?;
        instance.vm_state = vm_state;
        instance.task_state = None;
        Ok(instance.save_expecting(&*self.store, context, expected).await?)
    }

    /// Nobody can say what is left of the guest: ERROR (`_set_instance_obj_error_state`).
    pub(crate) async fn set_instance_error_state(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) {
        instance.vm_state = VmState::Error;
        if let Err(error) = instance.save(&*self.store, context).await {
            tracing::warn!(%error, instance = instance.uuid, "an instance is not set to ERROR");
        }
    }

    /// Puts the instance into ERROR if `result` is one, unless somebody else has taken it over
    /// (`_error_out_instance_on_exception`).
    pub(crate) async fn error_out_instance<T>(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        result: Result<T, ComputeError>,
    ) -> Result<T, ComputeError> {
        if let Err(error) = &result
            && !error.is_preempted()
            && !error.instance_is_gone()
        {
            self.set_instance_error_state(context, instance).await;
        }
        result
    }

    /// Writes down what `error` did to `instance`; `message` is what clients are to read of it.
    pub(crate) async fn add_instance_fault(
        &self,
        context: &RequestContext,
        instance: &Instance,
        error: &ComputeError,
        message: String,
    ) -> Result<(), ComputeError> {
        let fault = InstanceFault::of(instance, error, Some(&self.options.host));
        InstanceFault { message, ..fault }.create(&*self.store, context).await?;
        Ok(())
    }
}

impl Operation<'_> {
    /// It will set these marks on its way.
    pub(crate) fn through(mut self, task_states: &[TaskState]) -> Self {
        self.task_states.extend(task_states.iter().copied().map(Some));
        self
    }

    /// Ends it. If it failed, a fault is added, and the instance is no longer busy: that comes
    /// last, for then the instance may be another host's.
    pub(crate) async fn end(
        mut self,
        instance: &mut Tracked<Instance>,
        result: Result<(), ComputeError>,
    ) -> Result<(), ComputeError> {
        let (store, context) = (&*self.manager.store, self.context);
        if let Err(error) = &result {
            self.wrap_instance_fault(instance, error).await;
        }
        if let Err(error) = self.event.finish(store, context, &result).await {
            tracing::warn!(%error, "the end of an operation was not written down");
        }
        if let Err(error) = &result {
            self.reverts_task_state(instance, error).await;
        }
        result
    }

    async fn wrap_instance_fault(&self, instance: &Instance, error: &ComputeError) {
        if error.instance_is_gone() {
            return;
        }
        let message = error.to_string();
        let added = self.manager.add_instance_fault(self.context, instance, error, message);
        if let Err(error) = added.await {
            tracing::warn!(%error, "a fault was not written down");
        }
    }

    /// Takes back the marks of the operation, and nobody else's: what another request has marked
    /// since, above all as deleting, stays.
    async fn reverts_task_state(&self, instance: &mut Tracked<Instance>, error: &ComputeError) {
        if error.is_preempted() {
            tracing::info!("Task possibly preempted: {error}");
            return;
        }
        instance.task_state = None;
        let (store, mine) = (&*self.manager.store, &self.task_states);
        let saved = instance.save_expecting(store, self.context, mine).await;
        match saved.map_err(ComputeError::from) {
            Err(error) if !error.instance_is_gone() => {
                tracing::warn!("Failed to revert task state for instance. Error: {error}");
            }
            _ => {}
        }
    }
}
