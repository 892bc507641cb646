//! An instance becomes a guest (`nova/compute/manager.py` `build_and_run_instance`).

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{
    DateTime, Instance, RequestContext, StoreError, TaskState, Tracked, VmState,
    sockets::BuildAndRunInstance,
};
use std::sync::Arc;

impl ComputeManager {
    /// Claims the resources, makes the guest, and says so. Whatever goes wrong on the way,
    /// [`build_failure`](crate::build_failure) decides what becomes of the instance.
    ///
    /// # Errors
    ///
    /// The store is out of reach. A build that fails is no error: its outcome is the instance's
    /// state.
    pub async fn build_and_run_instance(
        self: Arc<Self>,
        context: RequestContext,
        mut args: BuildAndRunInstance,
    ) -> Result<(), ComputeError> {
        // First the lock, then the place in the queue: while this build waits for its turn,
        // nobody is to do anything else with the instance.
        let _locked = self.locks.lock(&args.instance.uuid).await;
        let _turn = self.build_semaphore.acquire().await;
        let event = "compute__do_build_and_run_instance";
        let operation = self.begin(&context, &args.instance, event).await?;
        let result = self.do_build_and_run_instance(&context, &mut args).await;
        operation.end(&mut args.instance, result).await
    }

    async fn do_build_and_run_instance(
        &self,
        context: &RequestContext,
        args: &mut BuildAndRunInstance,
    ) -> Result<(), ComputeError> {
        let instance = &mut args.instance;
        instance.vm_state = VmState::Building;
        instance.task_state = None;
        // Only who waits for a build gets one: the message may have come twice, or so late that
        // the instance was given up.
        let expected = [Some(TaskState::Scheduling)];
        match instance.save_expecting(&*self.store, context, &expected).await {
            Err(StoreError::NotFound { .. } | StoreError::UnexpectedTaskState { .. }) => {
                tracing::debug!("Instance disappeared before build.");
                // What the scheduler has promised of this host for it is free again, unless the
                // message came twice, and the instance is here already.
                match instance.refresh(&*self.store, context).await {
                    Err(error) if !error.is_not_found() => return Err(error.into()),
                    _ => {}
                }
                return self.tracker.update_usage(context, instance).await;
            }
            saved => saved?,
        }
        match self.build_and_run(context, args).await {
            Ok(()) => Ok(()),
            Err(error) => self.build_failed(context, args, error).await,
        }
    }

    /// The build itself. On any error the claim is dropped, and so gives back what it holds.
    async fn build_and_run(
        &self,
        context: &RequestContext,
        args: &mut BuildAndRunInstance,
    ) -> Result<(), ComputeError> {
        // ANCHOR: build_and_run
        let BuildAndRunInstance { instance, request_spec, filter_properties, node, limits } = args;
        let claim = self.tracker.instance_claim(context, instance, node, limits).await?;
        self.validate_instance_group_policy(context, instance, filter_properties).await?;
        self.build_resources(context, instance).await?;
        let spawned = match self.hypervisor.spawn(context, instance, &request_spec.image).await {
            Ok(()) => self.update_instance_after_spawn(context, instance).await,
            failed => failed,
        };
        if let Err(error) = spawned {
            return Err(self.shutdown_failed_guest(context, instance, error).await);
        }
        claim.keep();
        Ok(())
        // ANCHOR_END: build_and_run
    }

    /// What a guest needs before it can be spawned. Our networks and disks need no work, but the
    /// states are real: clients read them, and at each the build notices that it is unwanted.
    async fn build_resources(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        use TaskState::{BlockDeviceMapping, Networking, Spawning};
        let mut before = None;
        for task_state in [Networking, BlockDeviceMapping, Spawning] {
            instance.task_state = Some(task_state);
            instance.save_expecting(&*self.store, context, &[before]).await?;
            // The row as it is now: has somebody given it up meanwhile?
            if instance.vm_state != VmState::Building {
                return Err(given_up(instance));
            }
            before = instance.task_state;
        }
        Ok(())
    }

    async fn update_instance_after_spawn(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        instance.power_state = self.get_power_state(instance).await?;
        instance.vm_state = VmState::Active;
        instance.task_state = None;
        instance.launched_at = Some(DateTime::now());
        let expected = [Some(TaskState::Spawning)];
        Ok(instance.save_expecting(&*self.store, context, &expected).await?)
    }

    /// Removes what is left of a guest after `error`, and gives the error that counts: where the
    /// guest cannot be removed, trying another host would leave two of them.
    async fn shutdown_failed_guest(
        &self,
        context: &RequestContext,
        instance: &Instance,
        error: ComputeError,
    ) -> ComputeError {
        let Err(remains) = self.hypervisor.destroy(context, instance, true).await else {
            return error;
        };
        tracing::warn!("Could not clean up failed build, not rescheduling. Error: {remains}");
        ComputeError::BuildAbortException {
            instance_uuid: instance.uuid.clone(),
            reason: error.to_string(),
        }
    }
}

/// What a build fails with that took too long: the instance is in ERROR, and stays there.
fn given_up(instance: &Instance) -> ComputeError {
    let (instance_uuid, reason) = (instance.uuid.clone(), "it took too long".to_owned());
    ComputeError::BuildAbortException { instance_uuid, reason }
}
