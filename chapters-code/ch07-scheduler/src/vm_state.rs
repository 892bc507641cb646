//! Telling the owner that it did not work (`nova/scheduler/utils.py` `set_vm_state_and_notify`).

use crate::SchedulerError;
use nova_objects::{
    Instance, InstanceFault, NovaObject, RequestContext, Store, StoreError, TaskState, Tracked,
    VmState,
};

/// Reads `instance` again: is it still waiting for a host, busy with `task`? If its owner has
/// deleted it, or is about to, or if another scheduler was faster, it is none of our business any
/// more.
pub(crate) async fn still_waiting(
    store: &dyn Store,
    context: &RequestContext,
    instance: &mut Tracked<Instance>,
    task: TaskState,
) -> Result<bool, StoreError> {
    match instance.refresh(store, context).await {
        Ok(()) => Ok(instance.task_state == Some(task)),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

/// What becomes of an instance for which there is no host.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// It was never made, and never will be.
    Error,
    /// It is what it was, where it was.
    AsBefore,
}

/// Ends the wait of `instance`, with `error` as its fault, if it is still busy with `task`.
pub(crate) async fn set_vm_state(
    store: &dyn Store,
    context: &RequestContext,
    instance: &mut Tracked<Instance>,
    task: TaskState,
    outcome: Outcome,
    error: &SchedulerError,
) -> Result<(), StoreError> {
    if !still_waiting(store, context, instance, task).await? {
        return Ok(());
    }
    if let Outcome::Error = outcome {
        instance.vm_state = VmState::Error;
    }
    let vm_state = instance.vm_state;
    tracing::warn!(instance = instance.uuid, %error, "Setting instance to {vm_state} state.");
    // The fault comes first: who sees the ERROR is to find its reason too.
    InstanceFault::of(instance, error, None).create(store, context).await?;
    instance.task_state = None;
    match instance.save_expecting(store, context, &[Some(task)]).await {
        Err(StoreError::UnexpectedTaskState { .. } | StoreError::NotFound { .. }) => Ok(()),
        other => other,
    }
}
