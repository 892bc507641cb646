//! A cloud of one host, or of a few, for the stories of this crate: rows that remember how they
//! changed, and a scheduler that remembers what it was asked.

use async_trait::async_trait;
use nova_compute::{ComputeManager, FakeDriver, Hypervisor, Options, Peers, Resources};
use nova_conductor::ConductorManager;
use nova_objects::{
    ComputeNode, ComputeRpc, Fields, FilterProperties, Filters, Flavor, ImageMeta, Instance,
    InstanceFault, Limits, MemoryImages, MemoryStore, NovaObject, Query, RemoteError,
    RequestContext, RequestSpec, Retry, SchedulerRpc, Selection, Store, StoreError, TaskState,
    Tracked, VmState,
    sockets::{BuildAndRunInstance, OneInstance, PrepResize, RunInstance, SelectDestinations},
};
use nova_rpc::{
    MemoryTransport, RpcServer, RunningServer, Target,
    rpcapi::{ComputeAPI, ConductorAPI, conductor},
};
use serde::Serialize;
use serde_json::Value;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// What the hosts of one cloud share.
#[derive(Clone, Default)]
pub(crate) struct House {
    pub(crate) store: Arc<Recording>,
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) images: Arc<MemoryImages>,
    pub(crate) transport: Arc<MemoryTransport>,
}

impl House {
    /// Whom the compute service on `host` reaches; its rows, through the conductor.
    pub(crate) fn peers(&self, host: &str) -> Peers {
        Peers {
            store: Arc::new(ConductorAPI::new(self.transport.clone(), host)),
            scheduler: self.scheduler.clone(),
            compute_rpcapi: Arc::new(ComputeAPI::new(self.transport.clone())),
            image_api: self.images.clone(),
        }
    }

    pub(crate) async fn conductor(&self) -> RunningServer {
        let manager = Arc::new(ConductorManager::new(self.store.clone()));
        let target = Target::topic(conductor::TOPIC).server("controller");
        let server = RpcServer::new(self.transport.clone(), target, "conductor");
        server.endpoint(manager.endpoint()).start().await.unwrap()
    }
}

/// A cloud seen from one of its hosts, mostly the only one, as this crate builds it.
pub(crate) struct Cloud {
    pub(crate) house: House,
    pub(crate) store: Arc<Recording>,
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) driver: Arc<FakeDriver>,
    pub(crate) manager: Arc<ComputeManager>,
    pub(crate) context: RequestContext,
    host: String,
    _servers: [RunningServer; 2],
}

/// What the host has: 10 of the smallest guests fit.
pub(crate) fn resources() -> Resources {
    Resources { vcpus: 10, memory_mb: 5632, local_gb: 10, ..Resources::fake("host-1") }
}

pub(crate) fn options() -> Options {
    Options { host: "host-1".into(), ..Options::default() }
}

impl Cloud {
    pub(crate) async fn new() -> Self {
        Self::with(FakeDriver::new(resources())).await
    }

    pub(crate) async fn with(driver: FakeDriver) -> Self {
        Self::start(driver, Arc::default(), options()).await
    }

    /// A host that finds these rows when it starts.
    pub(crate) async fn start(driver: FakeDriver, store: Arc<Recording>, options: Options) -> Self {
        let house = House { store, ..House::default() };
        Self::join(&house, Arc::new(driver), options).await
    }

    /// One more host of `house`.
    pub(crate) async fn join(house: &House, driver: Arc<FakeDriver>, options: Options) -> Self {
        let host = options.host.clone();
        let hypervisor = Hypervisor::new("FakeDriver", driver.clone());
        let conductor = house.conductor().await;
        let manager = ComputeManager::new(hypervisor, house.peers(&host), options);
        manager.init_host().await.unwrap();
        manager.update_available_resource().await.unwrap();
        let server = RpcServer::new(house.transport.clone(), manager.target(), "compute");
        let server = server.endpoint(manager.endpoint()).start().await.unwrap();
        let (house, context) = (house.clone(), RequestContext::new("alice", "demo"));
        let (store, scheduler) = (house.store.clone(), house.scheduler.clone());
        let servers = [conductor, server];
        Self { house, store, scheduler, driver, manager, context, host, _servers: servers }
    }

    /// Asks the host over RPC, and waits until it has done it.
    pub(crate) async fn ask(
        &self,
        method: &'static str,
        args: impl Serialize,
    ) -> Result<Value, RemoteError> {
        let args = serde_json::to_value(args).unwrap();
        let compute = ComputeAPI::new(self.house.transport.clone());
        compute.call(&self.context, &self.host, method, args).await
    }

    /// An instance as the API writes it, of the smallest flavor.
    pub(crate) async fn instance(&self) -> Tracked<Instance> {
        let [tiny, ..] = Flavor::defaults();
        let instance = Instance::building("demo", "alice", "vm", tiny);
        instance.create(&*self.store, &self.context).await.unwrap()
    }

    /// Has it built, as the scheduler would the first time.
    pub(crate) async fn build(&self, instance: &Tracked<Instance>) {
        let args = request(instance, Some(Retry { num_attempts: 1, ..Retry::default() }));
        self.manager.clone().build_and_run_instance(self.context.clone(), args).await.unwrap();
    }

    pub(crate) async fn built(&self) -> Tracked<Instance> {
        let instance = self.instance().await;
        self.build(&instance).await;
        self.row(&instance.uuid).await
    }

    /// The row as it is now, deleted or not.
    pub(crate) async fn row(&self, uuid: &str) -> Tracked<Instance> {
        Instance::get(&*self.store, &self.context.reading_deleted(), uuid).await.unwrap()
    }

    /// Writes the task state that the API writes before it asks for something.
    pub(crate) async fn marked(&self, uuid: &str, task_state: TaskState) -> OneInstance {
        let mut instance = self.row(uuid).await;
        instance.task_state = Some(task_state);
        instance.save(&*self.store, &self.context).await.unwrap();
        OneInstance { instance }
    }

    pub(crate) async fn node(&self) -> Tracked<ComputeNode> {
        let its = Query::all().with("host", self.host.as_str());
        let nodes = ComputeNode::list(&*self.store, &self.context, its).await.unwrap();
        let [node] = <[_; 1]>::try_from(nodes).expect("one host has one row");
        node
    }

    /// Memory in MiB, disk in GiB, CPUs and guests that the host's row says are taken.
    pub(crate) async fn used(&self) -> (i64, i64, i64, i64) {
        let node = self.node().await;
        (node.memory_mb_used, node.local_gb_used, node.vcpus_used, node.running_vms)
    }

    pub(crate) async fn faults(&self) -> Vec<(i64, String)> {
        let all = Query::all().ascending("id");
        let faults = InstanceFault::list(&*self.store, &self.context, all).await.unwrap();
        faults.into_iter().map(|fault| (fault.code, fault.message.clone())).collect()
    }

    /// Waits until the row is in this task state.
    pub(crate) async fn until(&self, uuid: &str, task_state: Option<TaskState>) {
        for _ in 0..1000 {
            if self.row(uuid).await.task_state == task_state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("{uuid} never was {task_state:?}");
    }
}

/// What an idle host has promised: what is its own.
pub(crate) const IDLE: (i64, i64, i64, i64) = (512, 0, 0, 0);
/// The same and one of the smallest guests.
pub(crate) const ONE: (i64, i64, i64, i64) = (1024, 1, 1, 1);

/// What the scheduler sends to the host; its filters let it promise what it has.
pub(crate) fn request(instance: &Tracked<Instance>, retry: Option<Retry>) -> BuildAndRunInstance {
    let request_spec = RequestSpec {
        project_id: instance.project_id.clone(),
        flavor: instance.flavor.clone(),
        image: ImageMeta::default(),
        num_instances: 3,
        availability_zone: None,
    };
    BuildAndRunInstance {
        instance: instance.clone(),
        request_spec,
        filter_properties: FilterProperties { retry, ..FilterProperties::default() },
        node: "host-1".into(),
        limits: Limits { memory_mb: Some(5632.0), disk_gb: Some(10.0), vcpu: None },
    }
}

/// The states of an instance in two words: `building/spawning`, `active/-`.
pub(crate) fn states(instance: &Tracked<Instance>) -> String {
    let task_state = instance.task_state.map_or("-", TaskState::as_str);
    format!("{}/{task_state}", instance.vm_state)
}

/// Rows in memory, and the states of each instance that was saved, in order.
#[derive(Default)]
pub(crate) struct Recording {
    rows: MemoryStore,
    saved: Mutex<Vec<String>>,
}

impl Recording {
    /// What was saved since the last time somebody asked.
    pub(crate) fn saved(&self) -> Vec<String> {
        std::mem::take(&mut *self.saved.lock().unwrap())
    }
}

#[async_trait]
impl Store for Recording {
    async fn create(
        &self,
        context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError> {
        self.rows.create(context, class, fields).await
    }

    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError> {
        self.rows.get(context, class, key).await
    }

    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError> {
        self.rows.list(context, class, query).await
    }

    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError> {
        let row = self.rows.save(context, class, key, changes, expected).await?;
        if class == Instance::NAME {
            let instance = Instance::get(&self.rows, &context.reading_deleted(), key).await?;
            let host = instance.host.as_deref().unwrap_or("nowhere");
            self.saved.lock().unwrap().push(format!("{} {host}", states(&instance)));
        }
        Ok(row)
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        self.rows.destroy(context, class, key).await
    }
}

/// A scheduler that remembers what it was asked.
#[derive(Default)]
pub(crate) struct Scheduler {
    pub(crate) asked: Mutex<Vec<RunInstance>>,
    /// Which instances are to go elsewhere than to the host that asks.
    pub(crate) resizes: Mutex<Vec<PrepResize>>,
    /// Is nobody there to hear it?
    pub(crate) deaf: std::sync::atomic::AtomicBool,
}

impl Scheduler {
    /// Why hosts gave up, and how many instances they sent back.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let reason = |args: &RunInstance| args.filter_properties.retry.clone()?.exc_reason;
        asked.iter().filter_map(reason).collect()
    }
}

#[async_trait]
impl SchedulerRpc for Scheduler {
    async fn run_instance(&self, _: &RequestContext, args: RunInstance) -> Result<(), RemoteError> {
        if self.deaf.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(RemoteError::messaging("MessageDeliveryFailure", "nobody listens"));
        }
        let [instance] = &args.instances[..] else { panic!("a host sends back one instance") };
        assert_eq!(instance.vm_state, VmState::Building);
        self.asked.lock().unwrap().push(args);
        Ok(())
    }

    async fn prep_resize(&self, _: &RequestContext, args: PrepResize) -> Result<(), RemoteError> {
        self.resizes.lock().unwrap().push(args);
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
