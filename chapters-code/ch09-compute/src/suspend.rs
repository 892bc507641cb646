//! Suspend and resume (`nova/compute/manager.py` `suspend_instance`, `resume_instance`).

use crate::{ComputeDriver, ComputeError, ComputeManager, old_vm_state};
use nova_objects::{
    Instance, RequestContext,
    TaskState::{Resuming, Suspending},
    Tracked, VmState,
    sockets::OneInstance,
};
use std::sync::Arc;

impl ComputeManager {
    /// Writes the guest's memory to disk, and switches it off.
    ///
    /// # Errors
    ///
    /// The hypervisor could not: the instance is in ERROR, with a fault, for nobody can say what
    /// is left of its memory. Or somebody else has taken over the instance.
    pub async fn suspend_instance(
        self: Arc<Self>,
        context: RequestContext,
        OneInstance { mut instance }: OneInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        let operation = self.begin(&context, &instance, "compute_suspend_instance").await?;
        let result = self.do_suspend_instance(&context, &mut instance).await;
        operation.end(&mut instance, result).await
    }

    async fn do_suspend_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        old_vm_state::stash(instance);
        let suspended = self.hypervisor.suspend(context, instance).await;
        self.error_out_instance(context, instance, suspended).await?;
        self.settle(context, instance, VmState::Suspended, &[Some(Suspending)]).await
    }

    /// Reads the guest's memory back, and lets it go on. It is what it was before.
    ///
    /// # Errors
    ///
    /// As [`suspend_instance`](Self::suspend_instance).
    pub async fn resume_instance(
        self: Arc<Self>,
        context: RequestContext,
        OneInstance { mut instance }: OneInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        let operation = self.begin(&context, &instance, "compute_resume_instance").await?;
        let result = self.do_resume_instance(&context, &mut instance).await;
        operation.end(&mut instance, result).await
    }

    async fn do_resume_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let resumed = self.hypervisor.resume(context, instance).await;
        self.error_out_instance(context, instance, resumed).await?;
        let vm_state = old_vm_state::take(instance);
        self.settle(context, instance, vm_state, &[Some(Resuming)]).await
    }
}
