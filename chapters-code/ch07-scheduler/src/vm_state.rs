//! Telling the owner that it did not work (`nova/scheduler/utils.py` `set_vm_state_and_notify`).

use crate::SchedulerError;
use nova_objects::{
    Instance, InstanceFault, NovaObject, RequestContext, Store, StoreError, TaskState, Tracked,
    VmState,
};

/// Reads `instance` again: is it still waiting for a host? If its owner has deleted it, or is
/// about to, or if another scheduler was faster, it is none of our business any more.
pub(crate) async fn still_scheduling(
    store: &dyn Store,
    context: &RequestContext,
    instance: &mut Tracked<Instance>,
) -> Result<bool, StoreError> {
    match instance.refresh(store, context).await {
        Ok(()) => Ok(instance.task_state == Some(TaskState::Scheduling)),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Puts `instance` into ERROR, with `error` as its fault, if it is still waiting for a host.
pub(crate) async fn set_vm_state_error(
    store: &dyn Store,
    context: &RequestContext,
    instance: &mut Tracked<Instance>,
    error: &SchedulerError,
) -> Result<(), StoreError> {
    if !still_scheduling(store, context, instance).await? {
        return Ok(());
    }
    tracing::warn!(instance = instance.uuid, %error, "Setting instance to ERROR state.");
    // The fault comes first: who sees the ERROR is to find its reason too.
    InstanceFault::of(instance, error, None).create(store, context).await?;
    instance.vm_state = VmState::Error;
    instance.task_state = None;
    match instance.save_expecting(store, context, &[Some(TaskState::Scheduling)]).await {
        Err(StoreError::UnexpectedTaskState { .. } | StoreError::NotFound { .. }) => Ok(()),
        other => other,
    }
}
