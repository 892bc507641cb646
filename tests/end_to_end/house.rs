//! A cloud for one story, and a look behind its curtain.

use crate::client::{ADMIN, Client};
use mini_nova::{Cloud, Conf};
use nova_compute::{ComputeDriver, FakeDriver, Hypervisor, Resources};
use nova_conductor::Db;
use nova_neighbours::glance::CIRROS;
use nova_objects::{ComputeNode, Instance, NovaObject, Query, RequestContext, VmState};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// Who waits longer waits in vain.
const PATIENCE: Duration = Duration::from_secs(60);

const AGAIN: Duration = Duration::from_millis(20);

/// A cloud with an administrator in front of it. Its rows are in a file, so that a story can
/// look at what no client sees.
pub(crate) struct House {
    pub(crate) admin: Client,
    cloud: Cloud,
    /// The rows, past all services.
    pub(crate) rows: Db,
    _folder: TempDir,
}

/// One hypervisor that stays within reach of the story.
pub(crate) type Host = (&'static str, Arc<FakeDriver>);

/// A hypervisor with as much memory, in MiB, and disk for everything.
pub(crate) fn host(name: &'static str, memory_mb: i64) -> FakeDriver {
    FakeDriver::new(Resources { memory_mb, ..Resources::fake(name) })
}

impl House {
    /// A cloud as it is if nobody configures it.
    pub(crate) async fn new() -> Self {
        Self::start(noauth2(), None).await
    }

    /// A cloud of these hosts, without quotas.
    pub(crate) async fn of(hosts: &[Host]) -> Self {
        Self::configured(no_quota(), hosts).await
    }

    pub(crate) async fn configured(conf: Conf, hosts: &[Host]) -> Self {
        let hypervisor = |driver: &Arc<FakeDriver>| Hypervisor::new("FakeDriver", driver.clone());
        let hosts = hosts.iter().map(|(name, driver)| ((*name).into(), hypervisor(driver)));
        Self::start(conf, Some(hosts.collect())).await
    }

    /// A cloud as `conf` has it, of as many hosts as that says.
    pub(crate) async fn configured_by(conf: Conf) -> Self {
        Self::start(conf, None).await
    }

    /// The cloud itself.
    pub(crate) fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    async fn start(mut conf: Conf, hypervisors: Option<Vec<(String, Hypervisor)>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        conf.keep_state_in(folder.path()).unwrap();
        let rows = conf.connection.clone();
        let builder = Cloud::builder(conf).free_ports();
        let cloud = match hypervisors {
            Some(hypervisors) => builder.hypervisors(hypervisors),
            None => builder,
        };
        let cloud = cloud.start().await.unwrap();
        let rows = Db::open(rows.expose()).await.unwrap();
        let admin = Client::new(cloud.compute_endpoint()).with_token(ADMIN);
        Self { admin, cloud, rows, _folder: folder }
    }

    pub(crate) async fn stop(self) {
        self.rows.close().await;
        self.cloud.stop().await;
    }

    /// Stops, and says what has become of the servers.
    pub(crate) async fn stop_and_look(self) -> Vec<VmState> {
        self.cloud.stop().await;
        let context = RequestContext::admin();
        let servers = Instance::list(&self.rows, &context, Query::all()).await.unwrap();
        self.rows.close().await;
        servers.iter().map(|server| server.vm_state).collect()
    }

    /// What the hosts have promised, by name.
    pub(crate) async fn nodes(&self) -> Vec<ComputeNode> {
        let context = RequestContext::admin();
        let by_name = Query::all().ascending("host");
        let nodes = ComputeNode::list(&self.rows, &context, by_name).await.unwrap();
        nodes.iter().map(|node| (**node).clone()).collect()
    }

    /// Waits until the hosts have promised as much as `before`.
    pub(crate) async fn until_used_as(&self, before: &[ComputeNode]) {
        let before: Vec<_> = before.iter().map(promised).collect();
        eventually("the hosts promise what they did", async || {
            let now: Vec<_> = self.nodes().await.iter().map(promised).collect();
            (now == before).then_some(())
        })
        .await;
    }
}

/// The defaults, but whoever asks is believed.
pub(crate) fn noauth2() -> Conf {
    let mut conf = Conf::default();
    conf.pipeline.auth_strategy = "noauth2".into();
    conf
}

/// The same, and no end to what a project may have.
pub(crate) fn no_quota() -> Conf {
    let mut conf = noauth2();
    let quota = &mut conf.quota;
    (quota.quota_instances, quota.quota_cores, quota.quota_ram) = (-1, -1, -1);
    conf
}

/// All of a row that changes with the instances of the host.
fn promised(node: &ComputeNode) -> (String, [i64; 7]) {
    let host = node.host.clone();
    let used = [node.memory_mb_used, node.local_gb_used, node.vcpus_used, node.running_vms];
    let [memory_mb, local_gb, vcpus, guests] = used;
    let workload = node.current_workload;
    (host, [memory_mb, local_gb, vcpus, guests, node.free_ram_mb, node.free_disk_gb, workload])
}

/// The names of the guests that a hypervisor really has.
pub(crate) async fn guests(driver: &FakeDriver) -> Vec<String> {
    driver.list_instances().await.unwrap()
}

/// What to ask for to get the smallest server.
pub(crate) fn tiny(name: &str) -> Value {
    sized(name, "1")
}

pub(crate) fn sized(name: &str, flavor_ref: &str) -> Value {
    json!({ "server": { "name": name, "flavorRef": flavor_ref, "imageRef": CIRROS } })
}

impl Client {
    /// Asks for a server and gives its id; what becomes of it is another question.
    pub(crate) async fn boot(&self, wish: &Value) -> String {
        let created = self.post("/servers", wish).await.json(202);
        created["server"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn show(&self, id: &str) -> Value {
        self.get(&format!("/servers/{id}")).await.json(200)["server"].clone()
    }

    pub(crate) async fn action(&self, id: &str, action: &str) -> crate::client::Answer {
        self.post(&format!("/servers/{id}/action"), &json!({ action: null })).await
    }

    /// The server, once nobody is busy with it.
    pub(crate) async fn settled(&self, id: &str) -> Value {
        eventually("nobody is busy with the server", async || {
            let server = self.show(id).await;
            let idle = server["OS-EXT-STS:task_state"].is_null() && server["status"] != "BUILD";
            idle.then_some(server)
        })
        .await
    }

    /// Waits until the server is busy with `task_state`.
    pub(crate) async fn until_busy(&self, id: &str, task_state: &str) {
        eventually(task_state, async || {
            (self.show(id).await["OS-EXT-STS:task_state"] == task_state).then_some(())
        })
        .await;
    }

    /// Waits until there is no such server any more.
    pub(crate) async fn until_gone(&self, id: &str) {
        eventually("the server is gone", async || {
            (self.get(&format!("/servers/{id}")).await.status == 404).then_some(())
        })
        .await;
    }
}

/// Looks again and again, until there is something to see.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            sleep(AGAIN).await;
        }
    };
    timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("never: {what}"))
}
