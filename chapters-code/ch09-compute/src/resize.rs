//! A guest goes from one host to another, and has another size there
//! (`nova/compute/manager.py` `resize_instance`, `finish_resize`).

use crate::{
    Arrived, ComputeDriver, ComputeError, ComputeManager, old_vm_state,
    power::{SHUTDOWN_RETRY_INTERVAL, power_off_timeout},
};
use nova_objects::{
    DateTime, Flavor, Instance, Migration, RequestContext,
    TaskState::{ResizeFinish, ResizeMigrated, ResizeMigrating, ResizePrep},
    Tracked, VmState,
    sockets::{FinishResize, ResizeInstance},
};
use std::sync::Arc;

impl ComputeManager {
    /// Sends the guest to the host that has claimed the resources of its new size. What this host
    /// needs to have it back is put aside, and so is the room.
    ///
    /// # Errors
    ///
    /// The hypervisor could not, or the other host cannot be told: the instance and the migration
    /// are in ERROR, with a fault. Or somebody else has taken over the instance.
    pub async fn resize_instance(
        self: Arc<Self>,
        context: RequestContext,
        mut args: ResizeInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&args.instance.uuid).await;
        let operation = self.begin(&context, &args.instance, "compute_resize_instance").await?;
        let operation = operation.through(&[ResizeMigrating, ResizeMigrated]);
        let result = self.do_resize_instance(&context, &mut args).await;
        let ResizeInstance { mut instance, mut migration, .. } = args;
        let result = self.error_out_instance(&context, &mut instance, result).await;
        let result = self.errors_out_migration(&context, &mut migration, result).await;
        let counted = self.tracker.update_usage_of_move(&context, &instance, &migration).await;
        operation.end(&mut instance, result.and(counted)).await
    }

    async fn do_resize_instance(
        &self,
        context: &RequestContext,
        args: &mut ResizeInstance,
    ) -> Result<(), ComputeError> {
        let ResizeInstance { instance, migration, image, flavor } = args;
        self.set_migration_status(context, migration, "migrating").await?;
        self.set_task_state(context, instance, ResizeMigrating, &[ResizePrep]).await?;
        let dest = migration.dest_host.clone().unwrap_or_default();
        let timeout = power_off_timeout(instance, self.options.shutdown_timeout);
        let sent = self.hypervisor.migrate_disk_and_power_off(
            context,
            instance,
            &dest,
            flavor,
            timeout,
            SHUTDOWN_RETRY_INTERVAL,
        );
        let disk_info = sent.await?;
        self.set_migration_status(context, migration, "post-migrating").await?;
        instance.host = Some(migration.dest_compute.clone());
        instance.node = Some(migration.dest_node.clone());
        self.set_task_state(context, instance, ResizeMigrated, &[ResizeMigrating]).await?;
        let (instance, image) = (instance.clone(), image.clone());
        let dest = migration.dest_compute.clone();
        let args = FinishResize { instance, migration: migration.clone(), image, disk_info };
        Ok(self.compute_rpcapi.finish_resize(context, &dest, args).await?)
    }

    /// Makes the guest that has arrived, in its new size. Its owner has to say whether it is to
    /// stay like that.
    ///
    /// # Errors
    ///
    /// The hypervisor could not: the instance and the migration are in ERROR, with a fault, and
    /// the instance has its old size. Or somebody else has taken over the instance.
    pub async fn finish_resize(
        self: Arc<Self>,
        context: RequestContext,
        mut args: FinishResize,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&args.instance.uuid).await;
        let operation = self.begin(&context, &args.instance, "compute_finish_resize").await?;
        let operation = operation.through(&[ResizeFinish]);
        let result = self.do_finish_resize(&context, &mut args).await;
        let FinishResize { mut instance, mut migration, .. } = args;
        let result = self.error_out_instance(&context, &mut instance, result).await;
        let result = self.errors_out_migration(&context, &mut migration, result).await;
        let counted = self.tracker.update_usage_of_move(&context, &instance, &migration).await;
        operation.end(&mut instance, result.and(counted)).await
    }

    async fn do_finish_resize(
        &self,
        context: &RequestContext,
        args: &mut FinishResize,
    ) -> Result<(), ComputeError> {
        let FinishResize { instance, migration, image, disk_info } = args;
        let old = instance.flavor.clone();
        let new = instance.new_flavor.clone().unwrap_or_else(|| old.clone());
        let resize_instance = disks(&old) != disks(&new);
        let power_on = old_vm_state::of(instance) != VmState::Stopped;
        instance.old_flavor = Some(old.clone());
        set_instance_info(instance, new);
        self.set_task_state(context, instance, ResizeFinish, &[ResizeMigrated]).await?;
        self.tracker.update_usage_of_move(context, instance, migration).await?;
        let arrived = Arrived { migration, disk_info, image, resize_instance, power_on };
        if let Err(error) = self.hypervisor.finish_migration(context, instance, arrived).await {
            set_instance_info(instance, old);
            return Err(error);
        }
        self.set_migration_status(context, migration, "finished").await?;
        instance.launched_at = Some(DateTime::now());
        self.settle(context, instance, VmState::Resized, &[Some(ResizeFinish)]).await
    }

    pub(crate) async fn set_migration_status(
        &self,
        context: &RequestContext,
        migration: &mut Tracked<Migration>,
        status: &str,
    ) -> Result<(), ComputeError> {
        migration.status = status.into();
        Ok(migration.save(&*self.store, context).await?)
    }

    /// If `result` is an error, the migration is one too. One whose outcome is clear stays as it
    /// is (the decorator `errors_out_migration`).
    pub(crate) async fn errors_out_migration(
        &self,
        context: &RequestContext,
        migration: &mut Tracked<Migration>,
        result: Result<(), ComputeError>,
    ) -> Result<(), ComputeError> {
        if result.is_err()
            && ["migrating", "post-migrating"].contains(&migration.status.as_str())
            && let Err(error) = self.set_migration_status(context, migration, "error").await
        {
            tracing::warn!(%error, "a migration is not set to error");
        }
        result
    }
}

/// What of a size is the disks'.
fn disks(flavor: &Flavor) -> [i64; 3] {
    [flavor.root_gb, flavor.swap, flavor.ephemeral_gb]
}

/// Gives the instance the size `flavor` (`_set_instance_info`).
pub(crate) fn set_instance_info(instance: &mut Instance, flavor: Flavor) {
    instance.memory_mb = flavor.memory_mb;
    instance.vcpus = flavor.vcpus;
    instance.root_gb = flavor.root_gb;
    instance.ephemeral_gb = flavor.ephemeral_gb;
    instance.flavor = flavor;
}
