//! What a host owes to its instances when it starts (`nova/compute/manager.py` `init_host`).

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{
    Instance, NovaObject, Query, RequestContext,
    TaskState::{self, *},
    Tracked, VmState,
};

/// The tasks that make a guest: one that is cut off leaves half a guest.
const MAKING: [TaskState; 7] = [
    Scheduling,
    BlockDeviceMapping,
    Networking,
    Spawning,
    Rebuilding,
    RebuildBlockDeviceMapping,
    RebuildSpawning,
];

/// The tasks that do nothing to the guest itself: one that is cut off leaves it as it was.
const LEAVING_THE_GUEST_ALONE: [TaskState; 5] =
    [ImageSnapshotPending, ImageSnapshot, ImagePendingUpload, ImageUploading, ResizePrep];

impl ComputeManager {
    /// Gets the hypervisor ready, and brings to an end what the last run of this service left
    /// half done. It runs before the first message arrives.
    ///
    /// # Errors
    ///
    /// The hypervisor does not start, or the store does not answer. An instance that cannot be
    /// helped keeps no host from starting.
    pub async fn init_host(&self) -> Result<(), ComputeError> {
        self.hypervisor.init_host(&self.options.host).await?;
        let context = RequestContext::admin();
        let query = Query::all().with("host", self.options.host.as_str());
        for mut instance in Instance::list(&*self.store, &context, query).await? {
            if let Err(error) = self.init_instance(&context, &mut instance).await {
                tracing::error!(%error, instance = instance.uuid, "an instance was not restored");
            }
        }
        Ok(())
    }

    async fn init_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        match (instance.vm_state, instance.task_state) {
            (VmState::Deleted, _) | (VmState::Error, Some(Deleting)) => {
                self.delete_or_set_error(context, instance).await
            }
            (VmState::Error | VmState::SoftDelete, _) => Ok(()),
            (VmState::Building, _) => self.interrupted(context, instance).await,
            (_, Some(task)) if MAKING.contains(&task) => self.interrupted(context, instance).await,
            (_, Some(task)) if LEAVING_THE_GUEST_ALONE.contains(&task) => {
                self.forgotten(context, instance).await
            }
            (_, Some(Deleting)) => self.delete_or_set_error(context, instance).await,
            (_, Some(PoweringOff)) => self.do_stop_instance(context, instance).await,
            (_, Some(PoweringOn)) => self.do_start_instance(context, instance).await,
            // No method of this service sets the others.
            _ => Ok(()),
        }
    }

    /// Nobody can tell how far it got: it is for the user to delete it.
    async fn interrupted(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        instance.vm_state = VmState::Error;
        instance.task_state = None;
        Ok(instance.save(&*self.store, context).await?)
    }

    /// The guest is as it was: what was to be made of it is for the user to ask for again.
    async fn forgotten(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        instance.task_state = None;
        Ok(instance.save(&*self.store, context).await?)
    }
}
