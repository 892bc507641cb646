//! Removing an instance, at once or later, and bringing it back (`nova/compute/api.py` `API.delete`,
//! `soft_delete`, `force_delete`, `restore`).

use super::{API, Action, ComputeApiError, owner_of};
use nova_objects::{
    DateTime, Instance, RequestContext, StoreError, TaskState, Tracked, VmState,
    sockets::OneInstance,
};

impl API {
    /// Deletes the instance, whatever it is doing.
    ///
    /// With `[DEFAULT] reclaim_instance_interval`, one that ran once is only put away, and can
    /// be restored until it is reclaimed.
    ///
    /// # Errors
    ///
    /// The instance is locked; or the store or the compute service cannot be reached.
    pub async fn delete(
        &self,
        context: &RequestContext,
        instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        let deferred = self.options.reclaim_instance_interval > 0 && instance.launched_at.is_some();
        let action = if deferred { Action::SoftDelete } else { Action::Delete };
        self.remove(context, instance, action).await
    }

    /// Deletes the instance for good, even if it could still be restored.
    ///
    /// # Errors
    ///
    /// The instance is locked, or busy; or the store or the compute service cannot be reached.
    pub async fn force_delete(
        &self,
        context: &RequestContext,
        instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        self.remove(context, instance, Action::ForceDelete).await
    }

    /// The compute service does the work; where there is none, or it is down, only the row
    /// changes (`_delete`).
    async fn remove(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        action: Action,
    ) -> Result<(), ComputeApiError> {
        let (precondition, soft) = (action.precondition(), action == Action::SoftDelete);
        precondition.check(context, &instance)?;
        let begun = [Some(TaskState::Deleting), Some(TaskState::SoftDeleting)];
        let begun = begun.contains(&instance.task_state);
        if !begun {
            instance.deleted_at = soft.then(DateTime::now);
            self.set_task(context, &mut instance, precondition).await?;
            if instance.vm_state == VmState::Resized {
                self.confirm_resize_on_deleting(context, &instance).await?;
            }
            let delete = Action::Delete.precondition().name;
            self.record_action_start(context, &instance, delete).await?;
        }
        match instance.host.clone() {
            Some(host) if self.service_is_up(context, &host).await? => {
                if begun {
                    tracing::info!(instance = instance.uuid, "already in deleting state, ignoring");
                    return Ok(());
                }
                let (compute, args) = (&self.compute_rpcapi, OneInstance { instance });
                let told = match soft {
                    true => compute.soft_delete_instance(context, &host, args).await,
                    false => compute.terminate_instance(context, &host, args).await,
                };
                Ok(told?)
            }
            Some(_) if soft => Ok(self.local_soft_delete(context, instance).await?),
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

    /// Puts away an instance whose host cannot be told.
    async fn local_soft_delete(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
    ) -> Result<(), StoreError> {
        instance.vm_state = VmState::SoftDelete;
        instance.task_state = None;
        instance.terminated_at = Some(DateTime::now());
        instance.save(&*self.store, context).await
    }

    /// Brings back an instance that was put away, if the project has room for it.
    ///
    /// # Errors
    ///
    /// The instance is locked, or not put away, or busy, or over quota; or somebody else was
    /// faster.
    pub async fn restore(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        let precondition = Action::Restore.precondition();
        precondition.check(context, &instance)?;
        let owner = owner_of(context, &instance);
        let limits = self.quota.limits_of(&owner).await?;
        self.quota.check_num_instances_quota(&owner, &limits, &instance.flavor, (1, 1)).await?;
        let put_away_at = instance.deleted_at.take();
        self.set_task(context, &mut instance, precondition).await?;
        let begun = self.record_action_start(context, &instance, precondition.name).await?;
        let flavor = instance.flavor.clone();
        if let Err(refused) = self.quota.recheck_growth(&owner, &begun, &flavor, true).await {
            instance.deleted_at = put_away_at;
            self.take_back(context, instance, begun).await?;
            return Err(refused);
        }
        if let Some(host) = instance.host.clone() {
            let args = OneInstance { instance };
            return Ok(self.compute_rpcapi.restore_instance(context, &host, args).await?);
        }
        instance.vm_state = VmState::Active;
        instance.task_state = None;
        Ok(instance.save_expecting(&*self.store, context, &[Some(TaskState::Restoring)]).await?)
    }
}
