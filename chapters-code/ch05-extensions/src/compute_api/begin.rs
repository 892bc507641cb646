//! How an action begins: with a check, and with a task that nobody else has taken.

use super::{API, Action, ComputeApiError, Precondition};
use nova_objects::{Instance, InstanceAction, RequestContext, StoreError, Tracked};

impl API {
    /// Checks that `action` is allowed, makes its task the instance's, writes down that it has
    /// begun, and says which host is to be told.
    ///
    /// # Errors
    ///
    /// It is not allowed, or no host has the instance; or somebody else was faster.
    pub(super) async fn begin(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        action: Action,
    ) -> Result<String, ComputeApiError> {
        let precondition = action.precondition();
        let host = host_for(context, instance, action)?;
        self.set_task(context, instance, precondition).await?;
        self.record_action_start(context, instance, precondition.name).await?;
        Ok(host)
    }

    /// Makes the task of an action that was allowed the instance's, unless another became it
    /// meanwhile. What else has changed in `instance` is saved with it.
    pub(super) async fn set_task(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        precondition: Precondition,
    ) -> Result<(), ComputeApiError> {
        let expected = precondition.task_states.unwrap_or_default();
        instance.task_state = precondition.begins;
        match instance.save_expecting(&*self.store, context, expected).await {
            Err(StoreError::UnexpectedTaskState { instance_uuid: uuid, .. }) => {
                let now = self.get(context, &uuid).await?;
                precondition.check(context, &now)?;
                Err(ComputeApiError::InstanceNotReady(uuid))
            }
            saved => Ok(saved?),
        }
    }

    /// Ends what has begun, for it is not to be: the instance is idle, and the action failed.
    /// What else has changed in `instance` is saved with it; unless somebody else has begun
    /// something, for then it is theirs.
    pub(super) async fn take_back(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        mut begun: Tracked<InstanceAction>,
    ) -> Result<(), StoreError> {
        begun.message = Some("Error".into());
        begun.save(&*self.store, context).await?;
        let task = instance.task_state.take();
        match instance.save_expecting(&*self.store, context, &[task]).await {
            Err(StoreError::UnexpectedTaskState { .. } | StoreError::NotFound { .. }) => Ok(()),
            saved => saved,
        }
    }
}

/// Checks that `action` is allowed, and says which host is to be told.
pub(super) fn host_for(
    context: &RequestContext,
    instance: &Instance,
    action: Action,
) -> Result<String, ComputeApiError> {
    action.precondition().check(context, instance)?;
    let host = instance.host.clone();
    host.ok_or_else(|| ComputeApiError::InstanceNotReady(instance.uuid.clone()))
}
