//! A resized guest goes back to where it was, in the size that it had (`nova/compute/manager.py`
//! `revert_resize`, `finish_revert_resize`).

use crate::{ComputeDriver, ComputeError, ComputeManager, old_vm_state, resize::set_instance_info};
use nova_objects::{
    DateTime, RequestContext,
    TaskState::{PoweringOff, ResizeReverting},
    VmState,
    sockets::MigratedInstance,
};
use std::sync::Arc;

impl ComputeManager {
    /// Removes the guest from the host that it went to, gives its new room back, and has the host
    /// that it came from bring it back.
    ///
    /// # Errors
    ///
    /// The hypervisor could not, or the other host cannot be told: the instance is in ERROR, with
    /// a fault.
    pub async fn revert_resize(
        self: Arc<Self>,
        context: RequestContext,
        mut args: MigratedInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&args.instance.uuid).await;
        let operation = self.begin(&context, &args.instance, "compute_revert_resize").await?;
        let result = self.do_revert_resize(&context, &mut args).await;
        let MigratedInstance { mut instance, .. } = args;
        let result = self.error_out_instance(&context, &mut instance, result).await;
        operation.end(&mut instance, result).await
    }

    async fn do_revert_resize(
        &self,
        context: &RequestContext,
        args: &mut MigratedInstance,
    ) -> Result<(), ComputeError> {
        let MigratedInstance { instance, migration } = args;
        // On its own host it finds what was put aside among its disks.
        let destroy_disks = migration.source_compute != self.options.host;
        self.hypervisor.destroy(context, instance, destroy_disks).await?;
        self.set_migration_status(context, migration, "reverted").await?;
        self.tracker.update_usage_of_move(context, instance, migration).await?;
        let source = migration.source_compute.clone();
        Ok(self.compute_rpcapi.finish_revert_resize(context, &source, args.clone()).await?)
    }

    /// Brings the guest back that was put aside. One that was stopped stays off.
    ///
    /// # Errors
    ///
    /// The hypervisor could not: the instance is in ERROR, with a fault. Or somebody else has
    /// taken over the instance.
    pub async fn finish_revert_resize(
        self: Arc<Self>,
        context: RequestContext,
        mut args: MigratedInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&args.instance.uuid).await;
        let event = "compute_finish_revert_resize";
        let operation = self.begin(&context, &args.instance, event).await?;
        let operation = operation.through(&[PoweringOff]);
        let result = self.do_finish_revert_resize(&context, &mut args).await;
        let MigratedInstance { mut instance, .. } = args;
        let result = self.error_out_instance(&context, &mut instance, result).await;
        let counted = self.tracker.update_usage(&context, &instance).await;
        operation.end(&mut instance, result.and(counted)).await
    }

    async fn do_finish_revert_resize(
        &self,
        context: &RequestContext,
        args: &mut MigratedInstance,
    ) -> Result<(), ComputeError> {
        let MigratedInstance { instance, migration } = args;
        let vm_state = old_vm_state::take(instance);
        if let Some(flavor) = instance.old_flavor.take() {
            set_instance_info(instance, flavor);
        }
        instance.new_flavor = None;
        instance.host = Some(migration.source_compute.clone());
        instance.node = Some(migration.source_node.clone());
        let mine = [Some(ResizeReverting)];
        instance.save_expecting(&*self.store, context, &mine).await?;
        self.tracker.update_usage_of_move(context, instance, migration).await?;
        let power_on = vm_state != VmState::Stopped;
        self.hypervisor.finish_revert_migration(context, instance, power_on).await?;
        instance.launched_at = Some(DateTime::now());
        if power_on {
            return self.settle(context, instance, VmState::Active, &mine).await;
        }
        self.set_task_state(context, instance, PoweringOff, &[ResizeReverting]).await?;
        self.do_stop_instance(context, instance).await
    }
}
