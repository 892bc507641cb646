//! A resized guest is to stay as it is (`nova/compute/manager.py` `confirm_resize`).

use crate::{ComputeDriver, ComputeError, ComputeManager, old_vm_state};
use nova_objects::{
    Instance, Migration, NovaObject, PowerState, RequestContext,
    TaskState::{Deleting, ResizeConfirming, SoftDeleting},
    Tracked, VmState,
    sockets::MigratedInstance,
};
use std::sync::Arc;

impl ComputeManager {
    /// Removes what the guest has left on this host, and gives its old room back. It may be that
    /// somebody has confirmed it already, or that it is gone: then there is nothing to do.
    ///
    /// # Errors
    ///
    /// The hypervisor could not: the instance is in ERROR, with a fault. Or the store is out of
    /// reach.
    pub async fn confirm_resize(
        self: Arc<Self>,
        context: RequestContext,
        args: MigratedInstance,
    ) -> Result<(), ComputeError> {
        let MigratedInstance { mut instance, migration } = args;
        let _locked = self.locks.lock(&instance.uuid).await;
        let operation = self.begin(&context, &instance, "compute_confirm_resize").await?;
        let result = match self.to_be_confirmed(&context, &mut instance, &migration).await {
            Ok(Some(mut migration)) => {
                let done = self.do_confirm_resize(&context, &mut instance, &mut migration).await;
                self.error_out_instance(&context, &mut instance, done).await
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        operation.end(&mut instance, result).await
    }

    /// Reads both rows again, and gives the migration if it still waits to be confirmed.
    async fn to_be_confirmed(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        migration: &Migration,
    ) -> Result<Option<Tracked<Migration>>, ComputeError> {
        let (store, id) = (&*self.store, migration.key());
        let read = async {
            instance.refresh(store, context).await?;
            Migration::get(store, &context.elevated(), &id).await
        };
        let migration = match read.await {
            Err(error) if error.is_not_found() => {
                tracing::info!("{error} There is nothing to confirm.");
                return Ok(None);
            }
            migration => migration?,
        };
        let waits = ["finished", "confirming"].contains(&migration.status.as_str());
        if !waits {
            tracing::warn!("Unexpected confirmation status '{}'", migration.status);
        }
        Ok(waits.then_some(migration))
    }

    async fn do_confirm_resize(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        migration: &mut Tracked<Migration>,
    ) -> Result<(), ComputeError> {
        instance.old_flavor = None;
        instance.new_flavor = None;
        old_vm_state::take(instance);
        instance.save(&*self.store, context).await?;
        self.hypervisor.confirm_migration(migration, instance).await?;
        instance.vm_state = match instance.power_state {
            PowerState::Shutdown => VmState::Stopped,
            _ => VmState::Active,
        };
        // A resized instance that is being deleted is confirmed on the way: that mark stays.
        let mark = instance.task_state.filter(|task| [Deleting, SoftDeleting].contains(task));
        let expected = mark.map_or([None, Some(ResizeConfirming)], |mark| [Some(mark); 2]);
        instance.task_state = mark;
        instance.save_expecting(&*self.store, context, &expected).await?;
        // Now that the move is over, this host has nothing to do with the instance any more.
        self.set_migration_status(context, migration, "confirmed").await?;
        self.tracker.update_usage_of_move(context, instance, migration).await
    }
}
