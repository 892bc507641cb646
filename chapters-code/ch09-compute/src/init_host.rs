//! What a host owes to its instances when it starts (`nova/compute/manager.py` `init_host`).
//!
//! Left out: Nova also looks for guests whose instances were evacuated to other hosts while this
//! one was down, and destroys them (`_destroy_evacuated_instances`). Nothing is evacuated here. A
//! guest that the hypervisor has, and no row of this host is about, is left alone; one whose row is
//! deleted is [cleaned up](crate::deleted_instances) later. And Nova's driver may have to plug the
//! guest's network cards in again.
//!
//! A host that does not start again is given up by the conductor, which then does the same, as far
//! as that can be done without a hypervisor.

use crate::{ComputeDriver, ComputeError, ComputeManager, RebootType, old_vm_state};
use nova_objects::{
    Instance, NovaObject, PowerState, Query, RequestContext,
    TaskState::{self, *},
    Tracked, VmState,
};

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
            // All but the row is gone already.
            (VmState::Deleted, _) => self.delete_instance(context, instance).await?,
            (VmState::Error, Some(Deleting)) => self.delete_or_set_error(context, instance).await?,
            (VmState::Error, Some(ResizeMigrating)) => self.migrating(context, instance).await?,
            (VmState::Building, _) => self.interrupted(context, instance).await?,
            (VmState::Error | VmState::SoftDelete, _) | (_, None) => {}
            (_, Some(task)) => self.init_busy_instance(context, instance, task).await?,
        }
        match instance.vm_state {
            VmState::Deleted | VmState::Error | VmState::SoftDelete => Ok(()),
            _ => self.resume_guest(context, instance).await,
        }
    }

    /// A guest that ran, and does not, is started anew, if the options say so. If they do not, the
    /// first [sync](Self::sync_power_states) finds it.
    async fn resume_guest(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let ran = instance.power_state == PowerState::Running;
        if !self.options.resume_guests_state_on_host_boot || !ran {
            return Ok(());
        }
        if self.get_power_state(instance).await? == PowerState::Running {
            return Ok(());
        }
        tracing::info!(instance = instance.uuid, "Rebooting instance after nova-compute restart.");
        let resumed = self.hypervisor.resume_state_on_host_boot(context, instance).await;
        if let Err(error) = &resumed {
            self.add_instance_fault(context, instance, error, error.to_string()).await?;
            self.set_instance_error_state(context, instance).await;
        }
        resumed
    }

    async fn init_busy_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        task: TaskState,
    ) -> Result<(), ComputeError> {
        if task.makes_a_guest() {
            return self.interrupted(context, instance).await;
        }
        match task {
            // These have done nothing to the guest yet.
            ResizePrep | Migrating => self.forgotten(context, instance).await,
            ImageSnapshotPending | ImageSnapshot | ImagePendingUpload | ImageUploading => {
                self.taking_a_snapshot(context, instance).await
            }
            Deleting => self.delete_or_set_error(context, instance).await,
            PoweringOff => self.stop(context, instance).await,
            PoweringOn => self.start(context, instance).await,
            ResizeMigrating => self.migrating(context, instance).await,
            RebootPending | RebootPendingHard | RebootStarted | RebootStartedHard => {
                self.rebooting(context, instance, task).await
            }
            Pausing | Unpausing => self.pausing(context, instance, task).await,
            // The others are for their owners to end, with a reset of the state.
            _ => Ok(()),
        }
    }

    /// A reboot that had not begun, or that left the guest off, is done again, and harder where
    /// there is nothing to ask any more (`_retry_reboot`).
    async fn rebooting(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        task: TaskState,
    ) -> Result<(), ComputeError> {
        use VmState::{Active, Paused, Stopped, Suspended};
        let runs = self.get_power_state(instance).await? == PowerState::Running;
        match (task, instance.vm_state) {
            (RebootPending, Active) => {}
            (RebootPendingHard, Active | Stopped | Paused | Suspended) => {}
            (RebootPending | RebootPendingHard, _) => return Ok(()),
            _ if runs => return self.running(context, instance).await,
            _ => {}
        }
        let soft = matches!(task, RebootPending | RebootStarted);
        if soft && runs {
            return self.reboot(context, instance, RebootType::Soft).await;
        }
        if soft {
            self.set_task_state(context, instance, RebootPendingHard, &[task]).await?;
        }
        self.reboot(context, instance, RebootType::Hard).await
    }

    /// A guest that runs is active, and one that was to go on does.
    async fn pausing(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        task: TaskState,
    ) -> Result<(), ComputeError> {
        match (self.get_power_state(instance).await?, task) {
            (PowerState::Running, _) => self.running(context, instance).await,
            (PowerState::Paused, Unpausing) => self.unpause(context, instance).await,
            _ => Ok(()),
        }
    }

    /// The guest may be held while its disk is copied. Nobody would let it go on: it counts as
    /// active.
    async fn taking_a_snapshot(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let is_held = self.get_power_state(instance).await? == PowerState::Paused;
        if is_held
            && instance.vm_state == VmState::Active
            && let Err(error) = self.hypervisor.unpause(instance).await
        {
            tracing::error!(%error, "Failed to clean up an interrupted snapshot");
        }
        self.forgotten(context, instance).await
    }

    async fn running(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let task_state = instance.task_state;
        self.settle(context, instance, VmState::Active, &[task_state]).await
    }

    /// The guest was about to leave, and is to stay.
    async fn migrating(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let power_on = old_vm_state::of(instance) != VmState::Stopped;
        let reverted = self.hypervisor.finish_revert_migration(context, instance, power_on).await;
        if let Err(error) = reverted {
            tracing::error!(%error, "Failed to revert crashed migration");
        }
        self.forgotten(context, instance).await
    }

    /// Nobody can tell how far it got: it is for the user to delete it.
    async fn interrupted(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        // The fault comes first: who sees the ERROR is to find its reason too.
        let error =
            ComputeError::from("the compute service was restarted while it built the guest");
        self.add_instance_fault(context, instance, &error, error.to_string()).await?;
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
