//! A small cloud for the tests: hosts in a store, a request, and computes that write down what
//! they are told.

use async_trait::async_trait;
use nova_objects::{
    ComputeNode, ComputeRpc, DateTime, Fields, FilterProperties, Filters, Flavor, ImageMeta,
    Instance, InstanceFault, Limits, MemoryStore, NovaObject, Query, RemoteError, RequestContext,
    RequestSpec, Service, Store, StoreError, TaskState, Tracked, VmState,
    sockets::{BuildAndRunInstance, PrepResize, RunInstance},
};
use nova_scheduler::{
    BaseHostFilter, FILTERS, FilterScheduler, HostState, Options, Report, Request,
    SchedulerManager, Verdict, WEIGHERS,
};
use serde_json::Value;
use std::sync::{Arc, Mutex};

pub(crate) fn node(host: &str, memory_mb: i64, local_gb: i64) -> ComputeNode {
    ComputeNode {
        uuid: format!("{host}-uuid"),
        host: host.into(),
        hypervisor_hostname: host.into(),
        memory_mb,
        free_ram_mb: memory_mb,
        ram_allocation_ratio: 1.0,
        local_gb,
        free_disk_gb: local_gb,
        ..ComputeNode::default()
    }
}

pub(crate) fn alive(host: &str) -> Service {
    let last_seen_up = Some(DateTime::now());
    Service { last_seen_up, ..Service::new(host, "nova-compute", "compute") }
}

pub(crate) fn spec(memory_mb: i64, num_instances: usize) -> RequestSpec {
    RequestSpec {
        project_id: "demo".into(),
        flavor: Flavor::new("9", "m1.test", memory_mb, 1, 1),
        image: ImageMeta::default(),
        num_instances,
        availability_zone: None,
    }
}

/// A host that is as `node` says.
pub(crate) fn host(node: ComputeNode) -> HostState {
    let names = ComputeNode { host: "host1".into(), hypervisor_hostname: "node1".into(), ..node };
    HostState::new(&names, Arc::new(alive("host1")))
}

/// What `filter` says of `host` where `spec` is asked for, and nothing else.
pub(crate) fn said(filter: &dyn BaseHostFilter, host: &HostState, spec: &RequestSpec) -> String {
    said_of(filter, host, &Request::new(spec, &FilterProperties::default()))
}

/// `pass`, with the limit if there is one; or why not.
pub(crate) fn said_of(
    filter: &dyn BaseHostFilter,
    host: &HostState,
    request: &Request<'_>,
) -> String {
    match filter.host_passes(host, request) {
        Verdict::Fail(why) => why.to_string(),
        Verdict::Pass => "pass".into(),
        Verdict::PassWithin(Limits { memory_mb, disk_gb, vcpu }) => {
            format!("pass, up to {}", memory_mb.or(disk_gb).or(vcpu).unwrap())
        }
    }
}

pub(crate) type State = (VmState, Option<TaskState>, Vec<(i64, String)>);

#[derive(Default)]
pub(crate) struct Cloud {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) context: RequestContext,
    pub(crate) told: Arc<Told>,
}

impl Cloud {
    /// Hosts of a name and of so much memory, in MiB; each has 100 GiB of disk.
    pub(crate) async fn with(hosts: &[(&str, i64)]) -> Self {
        let context = RequestContext::new("alice", "demo");
        let cloud = Self { context, ..Self::default() };
        for (host, memory_mb) in hosts {
            cloud.add(node(host, *memory_mb, 100)).await;
            cloud.add(alive(host)).await;
        }
        cloud
    }

    pub(crate) async fn add<T: NovaObject>(&self, row: T) -> Tracked<T> {
        row.create(&*self.store, &self.context).await.unwrap()
    }

    pub(crate) fn scheduler(&self, options: &Options) -> FilterScheduler {
        FilterScheduler::new(self.store.clone(), FILTERS, WEIGHERS, options).unwrap()
    }

    /// How a request is decided by a scheduler that has decided nothing before.
    pub(crate) async fn report(&self, options: &Options, spec: &RequestSpec) -> Report {
        let nothing = FilterProperties::default();
        let request = Request::new(spec, &nothing);
        self.scheduler(options).schedule(&self.context, request).await.unwrap()
    }

    pub(crate) fn manager(&self) -> Arc<SchedulerManager> {
        self.manager_on(self.store.clone(), &Options::default())
    }

    pub(crate) fn manager_on(
        &self,
        store: Arc<dyn Store>,
        options: &Options,
    ) -> Arc<SchedulerManager> {
        let told = self.told.clone();
        Arc::new(SchedulerManager::new(store, told, FILTERS, WEIGHERS, options).unwrap())
    }

    pub(crate) async fn request(&self, memory_mb: i64, num_instances: usize) -> RunInstance {
        let request_spec = spec(memory_mb, num_instances);
        let mut instances = Vec::new();
        for _ in 0..num_instances {
            let flavor = request_spec.flavor.clone();
            instances.push(self.add(Instance::building("demo", "alice", "vm", flavor)).await);
        }
        RunInstance { instances, request_spec, filter_properties: FilterProperties::default() }
    }

    /// The states of an instance, and its faults: code and message.
    pub(crate) async fn state(&self, instance: &Instance) -> State {
        let found = Instance::get(&*self.store, &self.context, &instance.uuid).await.unwrap();
        let its = Query::all().with("instance_uuid", instance.uuid.as_str());
        let faults = InstanceFault::list(&*self.store, &self.context, its).await.unwrap();
        let faults = faults.iter().map(|fault| (fault.code, fault.message.clone())).collect();
        (found.vm_state, found.task_state, faults)
    }
}

/// What the computes were told to build, and to get ready for; hosts called `unreachable` cannot
/// be told anything.
#[derive(Default)]
pub(crate) struct Told(
    pub(crate) Mutex<Vec<(String, BuildAndRunInstance)>>,
    pub(crate) Mutex<Vec<(String, PrepResize)>>,
);

impl Told {
    pub(crate) fn hosts(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(host, _)| host.clone()).collect()
    }
}

/// A store that cannot be asked about one class.
pub(crate) struct Without {
    pub(crate) class: &'static str,
    pub(crate) store: Arc<dyn Store>,
}

impl Without {
    fn check(&self, class: &str) -> Result<(), StoreError> {
        let down = || StoreError::Unavailable("no route".into());
        if class == self.class { Err(down()) } else { Ok(()) }
    }
}

#[async_trait]
impl Store for Without {
    async fn create(
        &self,
        context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError> {
        self.check(class)?;
        self.store.create(context, class, fields).await
    }

    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError> {
        self.check(class)?;
        self.store.get(context, class, key).await
    }

    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError> {
        self.check(class)?;
        self.store.list(context, class, query).await
    }

    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError> {
        self.check(class)?;
        self.store.save(context, class, key, changes, expected).await
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        self.check(class)?;
        self.store.destroy(context, class, key).await
    }
}

#[async_trait]
impl ComputeRpc for Told {
    async fn cast(
        &self,
        _context: &RequestContext,
        host: &str,
        method: &'static str,
        args: Value,
    ) -> Result<(), RemoteError> {
        if host == "unreachable" {
            return Err(RemoteError::messaging("MessageDeliveryFailure", "the broker is gone"));
        }
        let host = host.to_owned();
        match method {
            "build_and_run_instance" => {
                self.0.lock().unwrap().push((host, serde_json::from_value(args).unwrap()));
            }
            "prep_resize" => {
                self.1.lock().unwrap().push((host, serde_json::from_value(args).unwrap()));
            }
            _ => unreachable!("the scheduler has guests made and moved, and does not {method}"),
        }
        Ok(())
    }

    async fn call(
        &self,
        _context: &RequestContext,
        _host: &str,
        method: &'static str,
        _args: Value,
    ) -> Result<Value, RemoteError> {
        unreachable!("the scheduler waits for nobody's {method}")
    }
}
