//! Reboot (`nova/compute/manager.py` `reboot_instance`).

use crate::{ComputeDriver, ComputeError, ComputeManager, RebootType};
use nova_objects::{
    Instance, NovaObject, PowerState, RequestContext, TaskState, Tracked, VmState,
    sockets::RebootInstance,
};
use std::sync::Arc;

impl RebootType {
    /// What the instance is busy with while it is done: asked for, about to be done, being done.
    pub(crate) fn task_states(self) -> [TaskState; 3] {
        use TaskState::{RebootPending, RebootPendingHard, RebootStarted, RebootStartedHard};
        match self {
            Self::Soft => [TaskState::Rebooting, RebootPending, RebootStarted],
            Self::Hard => [TaskState::RebootingHard, RebootPendingHard, RebootStartedHard],
        }
    }
}

impl ComputeManager {
    /// Starts the guest anew. It runs afterwards, whatever it did before.
    ///
    /// The instance is not locked: where a guest does not listen, its owner may ask again, harder.
    ///
    /// # Errors
    ///
    /// The hypervisor could not, and the guest does not run: the instance is in ERROR, with a
    /// fault. If the guest still runs the fault is all that happens. Or somebody else has taken
    /// over the instance.
    pub async fn reboot_instance(
        self: Arc<Self>,
        context: RequestContext,
        args: RebootInstance,
    ) -> Result<(), ComputeError> {
        let RebootInstance { mut instance, reboot_type } = args;
        let reboot_type = if reboot_type == "SOFT" { RebootType::Soft } else { RebootType::Hard };
        self.reboot(&context, &mut instance, reboot_type).await
    }

    pub(crate) async fn reboot(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        reboot_type: RebootType,
    ) -> Result<(), ComputeError> {
        let operation = self.begin(context, instance, "compute_reboot_instance").await?;
        let operation = operation.through(&reboot_type.task_states());
        let result = match self.do_reboot_instance(context, instance, reboot_type).await {
            Ok(()) => Ok(()),
            Err(error) => self.reboot_not_finished(context, instance, error).await,
        };
        operation.end(instance, result).await
    }

    /// If the instance was deleted meanwhile, which waited for no reboot, the reboot may have made
    /// its guest anew after the delete had removed it.
    async fn reboot_not_finished(
        &self,
        context: &RequestContext,
        instance: &Instance,
        error: ComputeError,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        match Instance::get(&*self.store, context, &instance.uuid).await {
            Err(gone) if gone.is_not_found() => {
                tracing::warn!("Instance disappeared during reboot");
                self.hypervisor.destroy(context, instance, true).await
            }
            _ => Err(error),
        }
    }

    async fn do_reboot_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        reboot_type: RebootType,
    ) -> Result<(), ComputeError> {
        let all @ [_, pending, started] = reboot_type.task_states();
        instance.power_state = self.get_power_state(instance).await?;
        self.set_task_state(context, instance, pending, &all).await?;
        self.set_task_state(context, instance, started, &[pending]).await?;
        let rebooted = self.hypervisor.reboot(context, instance, reboot_type).await;
        if let Err(error) = rebooted {
            self.reboot_failed(context, instance, error).await?;
        }
        let vm_state = match instance.vm_state {
            VmState::Rescued => VmState::Rescued,
            _ => VmState::Active,
        };
        self.settle(context, instance, vm_state, &[Some(started)]).await
    }

    /// A guest that still runs is none the worse for it; any other is in ERROR.
    async fn reboot_failed(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        error: ComputeError,
    ) -> Result<(), ComputeError> {
        if self.get_power_state(instance).await? == PowerState::Running {
            tracing::warn!(%error, "Reboot failed but instance is running");
            let message = error.to_string();
            return self.add_instance_fault(context, instance, &error, message).await;
        }
        self.set_instance_error_state(context, instance).await;
        Err(error)
    }
}
