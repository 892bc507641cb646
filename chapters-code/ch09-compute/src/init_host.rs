//! What a host owes to its instances when it starts (`nova/compute/manager.py` `init_host`).

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{Instance, NovaObject, Query, RequestContext, TaskState, Tracked, VmState};

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
        use TaskState::{
            BlockDeviceMapping, Deleting, Networking, PoweringOff, PoweringOn, Scheduling, Spawning,
        };
        match (instance.vm_state, instance.task_state) {
            (VmState::Deleted, _) | (VmState::Error, Some(Deleting)) => {
                self.delete_or_set_error(context, instance).await
            }
            (VmState::Error, _) => Ok(()),
            (VmState::Building, _)
            | (_, Some(Scheduling | Networking | BlockDeviceMapping | Spawning)) => {
                self.interrupted(context, instance).await
            }
            (_, Some(Deleting)) => self.delete_or_set_error(context, instance).await,
            (_, Some(PoweringOff)) => self.do_stop_instance(context, instance).await,
            (_, Some(PoweringOn)) => self.do_start_instance(context, instance).await,
            (_, None) => Ok(()),
        }
    }

    /// Nobody can tell how far the build got: it is for the user to delete it.
    async fn interrupted(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        instance.vm_state = VmState::Error;
        instance.task_state = None;
        Ok(instance.save(&*self.store, context).await?)
    }
}
