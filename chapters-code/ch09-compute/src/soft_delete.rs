//! Soft delete and restore (`nova/compute/manager.py` `soft_delete_instance`,
//! `restore_instance`).

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{
    Instance, RequestContext,
    TaskState::{Restoring, SoftDeleting},
    Tracked, VmState,
    sockets::OneInstance,
};
use std::{sync::Arc, time::Duration};

impl ComputeManager {
    /// Switches the guest off. It keeps its disk and its room until it is deleted or restored.
    ///
    /// # Errors
    ///
    /// The hypervisor could not, or somebody else has taken over the instance. A fault says so,
    /// and the instance is what it was before.
    pub async fn soft_delete_instance(
        self: Arc<Self>,
        context: RequestContext,
        OneInstance { mut instance }: OneInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        let operation = self.begin(&context, &instance, "compute_soft_delete_instance").await?;
        let result = self.do_soft_delete_instance(&context, &mut instance).await;
        operation.end(&mut instance, result).await
    }

    async fn do_soft_delete_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        // Its owner wants it gone: it is not asked.
        self.hypervisor.power_off(instance, Duration::ZERO, Duration::ZERO).await?;
        self.settle(context, instance, VmState::SoftDelete, &[Some(SoftDeleting)]).await
    }

    /// Switches a soft-deleted guest on again.
    ///
    /// # Errors
    ///
    /// As [`soft_delete_instance`](Self::soft_delete_instance).
    pub async fn restore_instance(
        self: Arc<Self>,
        context: RequestContext,
        OneInstance { mut instance }: OneInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        let operation = self.begin(&context, &instance, "compute_restore_instance").await?;
        let result = self.do_restore_instance(&context, &mut instance).await;
        operation.end(&mut instance, result).await
    }

    async fn do_restore_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        self.hypervisor.power_on(context, instance).await?;
        self.settle(context, instance, VmState::Active, &[Some(Restoring)]).await
    }
}
