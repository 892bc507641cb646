//! The RPC face of a hypervisor (`nova/compute/manager.py`).

use crate::{
    ComputeDriver, ComputeError, Hypervisor, Options, ResourceTracker,
    instance_locks::InstanceLocks,
};
use nova_objects::{Instance, PowerState, RequestContext, SchedulerRpc, Store};
use nova_rpc::{Endpoint, Target, rpcapi::compute};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Does to guests what the API promised to users, and writes down what came of it.
///
/// Each thing it can be asked for has a file: [`build`](crate::build), [`power`](crate::power),
/// [`terminate`](crate::terminate), and [`init_host`](crate::init_host) for what it owes to the
/// instances when it starts. It reaches rows through its [`Store`] alone, and in a real cloud that
/// is the conductor: there is no database here to reach.
pub struct ComputeManager {
    pub(crate) options: Arc<Options>,
    pub(crate) hypervisor: Hypervisor,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) scheduler: Arc<dyn SchedulerRpc>,
    pub(crate) tracker: ResourceTracker,
    pub(crate) locks: InstanceLocks,
    pub(crate) build_semaphore: Semaphore,
}

impl ComputeManager {
    /// The manager of `hypervisor` on `options.host`. Before it can build anything,
    /// [`init_host`](Self::init_host) and [`update_available_resource`](Self::update_available_resource) have to run;
    /// [`ComputeService`](crate::ComputeService) sees to it.
    pub fn new(
        hypervisor: Hypervisor,
        store: Arc<dyn Store>,
        scheduler: Arc<dyn SchedulerRpc>,
        options: Options,
    ) -> Arc<Self> {
        let builds = match options.max_concurrent_builds {
            0 => Semaphore::MAX_PERMITS,
            builds => builds.min(Semaphore::MAX_PERMITS),
        };
        let options = Arc::new(options);
        let tracker =
            ResourceTracker::new(Arc::clone(&options), hypervisor.clone(), Arc::clone(&store));
        Arc::new(Self {
            options,
            hypervisor,
            store,
            scheduler,
            tracker,
            locks: InstanceLocks::default(),
            build_semaphore: Semaphore::new(builds),
        })
    }

    /// Where its messages go: the topic `compute`, the server of this host.
    pub fn target(&self) -> Target {
        Target::topic(compute::TOPIC).server(&self.options.host)
    }

    /// What it offers to the wire.
    pub fn endpoint(self: &Arc<Self>) -> Endpoint<Self> {
        Endpoint::new(Arc::clone(self), compute::VERSION)
            .method("build_and_run_instance", Self::build_and_run_instance)
            .method("start_instance", Self::start_instance)
            .method("stop_instance", Self::stop_instance)
            .method("terminate_instance", Self::terminate_instance)
    }

    /// Says what this host has and has promised: before the first message, and once a minute.
    ///
    /// # Errors
    ///
    /// The hypervisor or the store does not answer.
    pub async fn update_available_resource(&self) -> Result<(), ComputeError> {
        self.tracker.update_available_resource(&RequestContext::admin()).await
    }

    /// What the hypervisor says of the guest; nothing, if it has none.
    pub(crate) async fn get_power_state(
        &self,
        instance: &Instance,
    ) -> Result<PowerState, ComputeError> {
        match self.hypervisor.get_info(instance).await {
            Err(ComputeError::InstanceNotFound { .. }) => Ok(PowerState::NoState),
            state => state,
        }
    }
}
