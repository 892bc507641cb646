//! What becomes of an instance whose build failed (`nova/compute/manager.py`
//! `_do_build_and_run_instance`, its `except` clauses).

use crate::{ComputeError, ComputeManager};
use nova_objects::{
    Instance, RequestContext, StoreError, TaskState, Tracked, VmState,
    sockets::{BuildAndRunInstance, RunInstance},
};

/// The task states that a build itself sets: who finds another one finds somebody else's.
const OF_A_BUILD: [Option<TaskState>; 5] = [
    None,
    Some(TaskState::Scheduling),
    Some(TaskState::Networking),
    Some(TaskState::BlockDeviceMapping),
    Some(TaskState::Spawning),
];

impl ComputeManager {
    /// Lets go of the instance: back to the scheduler, to ERROR, or, if the user has deleted it
    /// meanwhile, nowhere.
    pub(crate) async fn build_failed(
        &self,
        context: &RequestContext,
        args: &mut BuildAndRunInstance,
        error: ComputeError,
    ) -> Result<(), ComputeError> {
        tracing::debug!(%error, instance = args.instance.uuid, "a build failed");
        let result = match classify(&args.instance, error) {
            Failure::Gone => Ok(()),
            Failure::Abort(error) => {
                let message = error.to_string();
                self.build_error(context, &mut args.instance, &error, message).await
            }
            Failure::Reschedule(reason) => self.reschedule(context, args, reason).await,
        };
        let counted = self.tracker.update_usage(context, &args.instance).await;
        result.and(counted)
    }

    /// Another host may have better luck: the scheduler is asked again, and told why.
    async fn reschedule(
        &self,
        context: &RequestContext,
        args: &mut BuildAndRunInstance,
        reason: String,
    ) -> Result<(), ComputeError> {
        let BuildAndRunInstance { instance, request_spec, filter_properties, .. } = args;
        let instance_uuid = instance.uuid.clone();
        let error = ComputeError::RescheduledException { instance_uuid, reason: reason.clone() };
        let Some(retry) = &mut filter_properties.retry else {
            return self.build_error(context, instance, &error, reason).await;
        };
        retry.exc_reason = Some(reason);
        nil_out_host_and_node(instance);
        instance.task_state = Some(TaskState::Scheduling);
        if !self.save_unless_gone(context, instance).await? {
            return Ok(());
        }
        // The row as it is now: who was given up meanwhile is not tried again.
        if instance.vm_state != VmState::Building {
            return self.build_error(context, instance, &error, error.to_string()).await;
        }
        let mut request_spec = request_spec.clone();
        request_spec.num_instances = 1;
        let instances = vec![instance.clone()];
        let filter_properties = filter_properties.clone();
        let args = RunInstance { instances, request_spec, filter_properties };
        match self.scheduler.run_instance(context, args).await {
            Ok(()) => Ok(()),
            Err(unheard) => {
                let message = unheard.to_string();
                self.build_error(context, instance, &unheard.into(), message).await
            }
        }
    }

    /// No host will have better luck: ERROR, and `message` says why.
    async fn build_error(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        error: &ComputeError,
        message: String,
    ) -> Result<(), ComputeError> {
        self.add_instance_fault(context, instance, error, message).await?;
        nil_out_host_and_node(instance);
        instance.vm_state = VmState::Error;
        instance.task_state = None;
        self.save_unless_gone(context, instance).await?;
        Ok(())
    }

    /// Saves, and says whether there was still something to save.
    async fn save_unless_gone(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<bool, StoreError> {
        match instance.save_expecting(&*self.store, context, &OF_A_BUILD).await {
            Err(error) if error.is_not_found() || error.is_deleting() => Ok(false),
            saved => saved.map(|()| true),
        }
    }
}

fn nil_out_host_and_node(instance: &mut Instance) {
    instance.host = None;
    instance.node = None;
    instance.launched_on = None;
}

/// Whose business a failed build is now.
enum Failure {
    /// Nobody's: the user has deleted the instance.
    Gone,
    /// The user's.
    Abort(ComputeError),
    /// The scheduler's, for this reason.
    Reschedule(String),
}

// ANCHOR: classify
fn classify(instance: &Instance, error: ComputeError) -> Failure {
    match error {
        error if error.instance_is_gone() => Failure::Gone,
        error @ ComputeError::BuildAbortException { .. } => Failure::Abort(error),
        error @ (ComputeError::ImageUnacceptable { .. }
        | ComputeError::Store(StoreError::UnexpectedTaskState { .. })) => {
            let (instance_uuid, reason) = (instance.uuid.clone(), error.to_string());
            Failure::Abort(ComputeError::BuildAbortException { instance_uuid, reason })
        }
        ComputeError::RescheduledException { reason, .. } => Failure::Reschedule(reason),
        error => Failure::Reschedule(error.to_string()),
    }
}
// ANCHOR_END: classify
