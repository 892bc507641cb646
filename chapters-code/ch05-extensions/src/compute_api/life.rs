//! What can be done to an instance once it is there (`nova/compute/api.py` `API.start`, `stop`, `delete`).

use super::{API, Action, ComputeApiError};
use nova_objects::{
    DateTime, Instance, RequestContext, StoreError, TaskState, Tracked, VmState,
    sockets::OneInstance,
};

impl API {
    /// Switches the instance on (`start`).
    ///
    /// # Errors
    ///
    /// It is not switched off, or busy, or has no host; or somebody else was faster.
    pub async fn start(
        &self,
        context: &RequestContext,
        instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        let (host, args) =
            self.begin(context, instance, Action::Start, TaskState::PoweringOn).await?;
        Ok(self.compute_rpcapi.start_instance(context, &host, args).await?)
    }

    /// Switches the instance off (`stop`).
    ///
    /// # Errors
    ///
    /// It does not run, or is busy, or has no host; or somebody else was faster.
    pub async fn stop(
        &self,
        context: &RequestContext,
        instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        let (host, args) =
            self.begin(context, instance, Action::Stop, TaskState::PoweringOff).await?;
        Ok(self.compute_rpcapi.stop_instance(context, &host, args).await?)
    }

    /// Checks that `action` is allowed, and makes `task` the instance's task, unless another
    /// became it meanwhile.
    async fn begin(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        action: Action,
        task: TaskState,
    ) -> Result<(String, OneInstance), ComputeApiError> {
        let precondition = action.precondition();
        precondition.check(&instance)?;
        let not_ready = || ComputeApiError::InstanceNotReady(instance.uuid.clone());
        let host = instance.host.clone().ok_or_else(not_ready)?;
        instance.task_state = Some(task);
        match instance.save_expecting(&*self.store, context, &[None]).await {
            Err(StoreError::UnexpectedTaskState { instance_uuid: uuid, .. }) => {
                let now = self.get(context, &uuid).await?;
                precondition.check(&now)?;
                return Err(ComputeApiError::InstanceNotReady(uuid));
            }
            saved => saved?,
        }
        self.record_action_start(context, &instance, precondition.name).await?;
        Ok((host, OneInstance { instance }))
    }

    /// Deletes the instance (`delete`), whatever it is doing.
    ///
    /// The compute service does the work; where there is none, or it is down, only the row goes.
    ///
    /// # Errors
    ///
    /// The store or the compute service cannot be reached.
    pub async fn delete(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        let deleting = instance.task_state == Some(TaskState::Deleting);
        if !deleting {
            instance.task_state = Some(TaskState::Deleting);
            instance.save(&*self.store, context).await?;
            self.record_action_start(context, &instance, "delete").await?;
        }
        match instance.host.clone() {
            Some(host) if self.service_is_up(context, &host).await? => {
                if deleting {
                    tracing::info!(instance = instance.uuid, "already in deleting state, ignoring");
                    return Ok(());
                }
                let args = OneInstance { instance };
                Ok(self.compute_rpcapi.terminate_instance(context, &host, args).await?)
            }
            _ => Ok(self.local_delete(context, instance).await?),
        }
    }

    /// Removes the row of an instance that nobody else can remove (`_local_delete`).
    async fn local_delete(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
    ) -> Result<(), StoreError> {
        instance.vm_state = VmState::Deleted;
        instance.task_state = None;
        instance.terminated_at = Some(DateTime::now());
        instance.save(&*self.store, context).await?;
        match instance.destroy(&*self.store, context).await {
            Err(error) if error.is_not_found() => Ok(()),
            done => done,
        }
    }
}
