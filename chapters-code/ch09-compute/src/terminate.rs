//! Delete (`nova/compute/manager.py` `terminate_instance`).

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{
    DateTime, Instance, PowerState, RequestContext, Tracked, VmState, sockets::OneInstance,
};
use std::sync::Arc;

impl ComputeManager {
    /// Removes the guest and the row, and gives back what the instance claimed. An instance that
    /// is not there any more counts as removed.
    ///
    /// # Errors
    ///
    /// The hypervisor or the store could not. The instance is in ERROR then, with a fault.
    pub async fn terminate_instance(
        self: Arc<Self>,
        context: RequestContext,
        OneInstance { mut instance }: OneInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        let operation = self.begin(&context, &instance, "compute_terminate_instance").await?;
        let result = self.delete_or_set_error(&context, &mut instance).await;
        operation.end(&mut instance, result).await
    }

    /// Deletes it; who cannot be deleted is in ERROR.
    pub(crate) async fn delete_or_set_error(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let deleted = self.delete_instance(context, instance).await;
        if deleted.is_err() {
            self.set_instance_error_state(context, instance).await;
        }
        deleted
    }

    pub(crate) async fn delete_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        self.hypervisor.destroy(context, instance, true).await?;
        instance.vm_state = VmState::Deleted;
        instance.task_state = None;
        instance.power_state = PowerState::NoState;
        instance.terminated_at = Some(DateTime::now());
        match self.destroy_row(context, instance).await {
            Err(error) if !error.instance_is_gone() => return Err(error),
            Err(_) => tracing::info!("Instance disappeared during terminate"),
            Ok(()) => {}
        }
        self.tracker.update_usage(context, instance).await
    }

    async fn destroy_row(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        instance.save(&*self.store, context).await?;
        Ok(instance.destroy(&*self.store, context).await?)
    }
}
