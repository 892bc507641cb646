//! One host, the rows that it may change, and an image service; the scheduler only listens.

use async_trait::async_trait;
use nova_compute::{ComputeManager, FakeDriver, Hypervisor, Options, Peers, Resources};
use nova_neighbours::glance;
use nova_objects::{
    FilterProperties, Flavor, ImageApi, ImageMeta, Instance, Limits, MemoryImages, MemoryStore,
    NovaObject, PowerState, RemoteError, RequestContext, RequestSpec, Retry, SchedulerRpc,
    Selection, StoreError, TaskState, Tracked, VmState,
    sockets::{BuildAndRunInstance, PrepResize, RunInstance, SelectDestinations},
};
use nova_rpc::{MemoryTransport, rpcapi::ComputeAPI};
use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

pub(crate) struct House {
    pub(crate) rows: Arc<MemoryStore>,
    pub(crate) images: Arc<MemoryImages>,
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) image: ImageMeta,
}

impl House {
    /// A house with one image: the one that comes with mini-nova.
    pub(crate) async fn new() -> Result<Self, Box<dyn Error>> {
        let images = Arc::<MemoryImages>::default();
        let raw = ImageMeta { disk_format: Some("raw".into()), ..ImageMeta::default() };
        let mut image = images.create(&ann(), raw).await?;
        images.fill(&image.id, glance::cirros_disk());
        image.name = Some("cirros".into());
        Ok(Self { rows: Arc::default(), images, scheduler: Arc::default(), image })
    }

    /// The compute service of `driver`, ready for messages.
    pub(crate) async fn host(
        &self,
        driver: Hypervisor,
    ) -> Result<Arc<ComputeManager>, Box<dyn Error>> {
        let nobody = Arc::new(ComputeAPI::new(Arc::<MemoryTransport>::default()));
        let peers = Peers {
            store: self.rows.clone(),
            scheduler: self.scheduler.clone(),
            compute_rpcapi: nobody,
            image_api: self.images.clone(),
        };
        let manager = ComputeManager::new(driver, peers, Options::default());
        manager.init_host().await?;
        manager.update_available_resource().await?;
        Ok(manager)
    }

    /// A server of the smallest flavor, as the API writes it.
    pub(crate) async fn server(&self) -> Result<Tracked<Instance>, StoreError> {
        let [tiny, ..] = Flavor::defaults();
        let instance = Instance::building("demo", "ann", "vm", tiny);
        Instance { image_ref: self.image.id.clone(), ..instance }.create(&*self.rows, &ann()).await
    }

    /// The row, deleted or not.
    pub(crate) async fn row(&self, uuid: &str) -> Result<Tracked<Instance>, StoreError> {
        Instance::get(&*self.rows, &ann(), uuid).await
    }

    /// Writes what the API writes before it asks a host for something.
    pub(crate) async fn mark(
        &self,
        uuid: &str,
        task_state: TaskState,
    ) -> Result<Tracked<Instance>, StoreError> {
        let mut instance = self.row(uuid).await?;
        instance.task_state = Some(task_state);
        instance.save(&*self.rows, &ann()).await?;
        Ok(instance)
    }

    /// What the scheduler sends to a host: the server, and how much memory may be promised there
    /// in all. `last` says that there is no other try.
    pub(crate) fn sent(
        &self,
        instance: &Tracked<Instance>,
        node: &str,
        memory_mb: f64,
        last: bool,
    ) -> BuildAndRunInstance {
        let retry = Retry { num_attempts: 1, ..Retry::default() };
        let retry = (!last).then_some(retry);
        BuildAndRunInstance {
            instance: instance.clone(),
            request_spec: RequestSpec {
                project_id: instance.project_id.clone(),
                flavor: instance.flavor.clone(),
                image: self.image.clone(),
                num_instances: 1,
                availability_zone: None,
            },
            filter_properties: FilterProperties { retry, ..FilterProperties::default() },
            node: node.into(),
            limits: Limits { memory_mb: Some(memory_mb), ..Limits::default() },
        }
    }
}

/// The user; she also sees what is gone.
pub(crate) fn ann() -> RequestContext {
    RequestContext::new("ann", "demo").reading_deleted()
}

/// A fake hypervisor with the memory of a small host.
pub(crate) fn fake() -> FakeDriver {
    FakeDriver::new(Resources { vcpus: 4, memory_mb: 2048, ..Resources::fake("localhost") })
}

pub(crate) fn hypervisor(driver: FakeDriver) -> Hypervisor {
    Hypervisor::new("FakeDriver", Arc::new(driver))
}

/// `active / -`.
pub(crate) fn states(vm_state: VmState, task_state: Option<TaskState>) -> String {
    format!("{vm_state} / {}", task_state.map_or("-", TaskState::as_str))
}

/// What a guest is doing, in a word.
pub(crate) fn guest(state: PowerState) -> &'static str {
    match state {
        PowerState::NoState => "not there",
        PowerState::Running => "runs",
        PowerState::Paused => "is held",
        PowerState::Shutdown => "is off",
        PowerState::Crashed => "has crashed",
        PowerState::Suspended => "sleeps",
    }
}

/// Remembers why servers were sent back to it.
#[derive(Default)]
pub(crate) struct Scheduler {
    sent_back: Mutex<Vec<String>>,
}

impl Scheduler {
    /// Why the last server was sent back, if one was.
    pub(crate) fn reason(&self) -> Option<String> {
        self.sent_back.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

#[async_trait]
impl SchedulerRpc for Scheduler {
    async fn run_instance(&self, _: &RequestContext, args: RunInstance) -> Result<(), RemoteError> {
        let reason = args.filter_properties.retry.and_then(|retry| retry.exc_reason);
        let mut sent_back = self.sent_back.lock().unwrap_or_else(PoisonError::into_inner);
        sent_back.push(reason.unwrap_or_default());
        Ok(())
    }

    async fn prep_resize(&self, _: &RequestContext, _: PrepResize) -> Result<(), RemoteError> {
        Ok(())
    }

    async fn select_destinations(
        &self,
        _: &RequestContext,
        _: SelectDestinations,
    ) -> Result<Vec<Selection>, RemoteError> {
        Ok(Vec::new())
    }
}
