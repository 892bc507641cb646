//! The RPC face of a hypervisor (`nova/compute/manager.py`).

use crate::{
    ComputeDriver, ComputeError, Hypervisor, Options, ResourceTracker,
    instance_locks::InstanceLocks,
};
use nova_objects::{
    ComputeRpc, ImageApi, Instance, PowerState, RequestContext, SchedulerRpc, Store,
};
use nova_rpc::{
    Endpoint, Target, Transport,
    rpcapi::{ComputeAPI, SchedulerAPI, compute},
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Does to guests what the API promised to users, and writes down what came of it.
///
/// Each thing it can be asked for has a file: [`build`](crate::build), [`power`](crate::power),
/// [`reboot`](crate::reboot) and so on, and [`init_host`](crate::init_host) for what it owes to
/// the instances when it starts.
pub struct ComputeManager {
    pub(crate) options: Arc<Options>,
    pub(crate) hypervisor: Hypervisor,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) scheduler: Arc<dyn SchedulerRpc>,
    pub(crate) compute_rpcapi: Arc<dyn ComputeRpc>,
    pub(crate) image_api: Arc<dyn ImageApi>,
    pub(crate) tracker: ResourceTracker,
    pub(crate) locks: InstanceLocks,
    pub(crate) build_semaphore: Semaphore,
}

/// Whom a compute service can reach: everything it knows of the cloud outside of its host.
#[derive(Clone)]
pub struct Peers {
    /// The rows. In a real cloud that is the conductor: there is no database here to reach.
    pub store: Arc<dyn Store>,
    /// The scheduler, for what this host has to decline.
    pub scheduler: Arc<dyn SchedulerRpc>,
    /// The other hosts, for guests that move between them and this one.
    pub compute_rpcapi: Arc<dyn ComputeRpc>,
    /// The image service.
    pub image_api: Arc<dyn ImageApi>,
}

impl Peers {
    /// The scheduler and the other hosts as they are reached on `transport`, with these rows and
    /// this image service.
    pub fn on(
        transport: Arc<dyn Transport>,
        store: Arc<dyn Store>,
        image_api: Arc<dyn ImageApi>,
    ) -> Self {
        let scheduler = Arc::new(SchedulerAPI::new(Arc::clone(&transport)));
        Self { store, scheduler, compute_rpcapi: Arc::new(ComputeAPI::new(transport)), image_api }
    }
}

impl ComputeManager {
    /// The manager of `hypervisor` on `options.host`. Before it can build anything,
    /// [`init_host`](Self::init_host) and [`update_available_resource`](Self::update_available_resource) have to run;
    /// [`ComputeService`](crate::ComputeService) sees to it.
    pub fn new(hypervisor: Hypervisor, peers: Peers, options: Options) -> Arc<Self> {
        let Peers { store, scheduler, compute_rpcapi, image_api } = peers;
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
            compute_rpcapi,
            image_api,
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
            .method("reboot_instance", Self::reboot_instance)
            .method("pause_instance", Self::pause_instance)
            .method("unpause_instance", Self::unpause_instance)
            .method("suspend_instance", Self::suspend_instance)
            .method("resume_instance", Self::resume_instance)
            .method("rebuild_instance", Self::rebuild_instance)
            .method("prep_resize", Self::prep_resize)
            .method("resize_instance", Self::resize_instance)
            .method("finish_resize", Self::finish_resize)
            .method("confirm_resize", Self::confirm_resize)
            .method("revert_resize", Self::revert_resize)
            .method("finish_revert_resize", Self::finish_revert_resize)
            .method("snapshot_instance", Self::snapshot_instance)
            .method("soft_delete_instance", Self::soft_delete_instance)
            .method("restore_instance", Self::restore_instance)
            .method("terminate_instance", Self::terminate_instance)
            .method("get_console_output", Self::get_console_output)
            .method("get_vnc_console", Self::get_vnc_console)
            .method("get_host_uptime", Self::get_host_uptime)
    }

    /// Lets go of the hypervisor: after the last message.
    ///
    /// # Errors
    ///
    /// The hypervisor does not answer.
    pub async fn cleanup_host(&self) -> Result<(), ComputeError> {
        self.hypervisor.cleanup_host(&self.options.host).await
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
