//! The cloud that the samples show: what is in it, and how it is asked.

use crate::{
    sockets::Sockets,
    wsgi::{Failure, request},
};
use http::StatusCode;
use http_body_util::BodyExt;
use mini_nova::{Conf, Neighbours, installed, wiring};
use nova_objects::{
    Aggregate, ComputeNode, ComputeRpc, DateTime, FixedIp, Flavor, ImageApi, ImageMeta, Instance,
    InstanceAction, InstanceActionEvent, InstanceGroup, KeyPair, MemoryStore, NovaObject,
    PowerState, RequestContext, SchedulerRpc, Service, Store, StoreError, Vif, VmState,
};
use nova_paste::{App, PasteConfig, body};
use nova_rpc::{MemoryTransport, Transport};
use serde_json::json;
use std::sync::Arc;

/// Its server.
const SERVER: &str = "de9b8a2a-2d6e-4c39-9f6f-7c3f0c1f3a10";
/// A server that is being rescued.
const RESCUED: &str = "de9b8a2a-2d6e-4c39-9f6f-7c3f0c1f3a11";
/// Its image.
const IMAGE: &str = "70a599e0-31e7-49b7-b260-868f441e862b";
/// Its server group.
const GROUP: &str = "5bbcc3c4-1da2-4437-a48a-66f15b1b13f9";
/// The request that made the server.
const CREATED_BY: &str = "req-3293a3f1-b44c-4609-b8d2-d81b105636b8";
/// The administrator's project.
const PROJECT: &str = "6f70656e737461636b20342065766572";

/// What requests call these.
const NAMES: [(&str, &str); 6] = [
    ("{server}", SERVER),
    ("{rescued}", RESCUED),
    ("{image}", IMAGE),
    ("{group}", GROUP),
    ("{request}", CREATED_BY),
    ("{project}", PROJECT),
];

/// The API over the rows of the cloud.
pub(crate) struct SampleCloud(App);

impl SampleCloud {
    /// The cloud, as nobody has touched it yet.
    pub(crate) async fn new() -> Result<Self, Failure> {
        let store = Arc::new(MemoryStore::default());
        infrastructure(&*store).await?;
        belongings(&*store).await?;
        let sockets = Arc::new(Sockets::new(vec![image()?]));
        let mut conf = Conf::default();
        conf.pipeline.auth_strategy = "noauth2".to_owned();
        let (rows, transport): (Arc<dyn Store>, Arc<dyn Transport>) =
            (store, Arc::new(MemoryTransport::default()));
        let plugs = wiring::api_plugs(&conf, &rows, &transport, &Neighbours::default())?
            .plug::<Arc<dyn SchedulerRpc>>(sockets.clone())
            .plug::<Arc<dyn ComputeRpc>>(sockets.clone())
            .plug::<Arc<dyn ImageApi>>(sockets);
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/etc/api-paste.mitaka.ini");
        let registry = installed::factories(plugs);
        let (app, _) = PasteConfig::read(file)?.loader(&registry).load_app("osapi_compute")?;
        Ok(Self(app))
    }

    /// What an administrator is answered who asks `line`, a method and a URL, with `wish` as body.
    pub(crate) async fn ask(
        &self,
        line: &str,
        wish: &str,
        version: &str,
    ) -> Result<(StatusCode, String), Failure> {
        let [line, wish] = [line, wish].map(named);
        let (method, path) = line.split_once(' ').ok_or("a request has a method and a URL")?;
        let mut headers = json!({
            "X-Auth-Token": format!("admin:{PROJECT}"),
            "Content-Type": "application/json",
        });
        if version != "2.1" {
            headers["X-OpenStack-Nova-API-Version"] = version.into();
        }
        let case = json!({ "method": method, "path": path, "headers": headers });
        let response = self.0.call(request(&case, body(wish))?).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(bytes.to_vec())?))
    }
}

fn named(text: &str) -> String {
    NAMES.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
}

/// The image that the samples show.
fn image() -> Result<ImageMeta, serde_json::Error> {
    serde_json::from_value(json!({
        "id": IMAGE,
        "name": "fakeimage7",
        "status": "active",
        "size": 74_185_822,
        "created_at": "2011-01-01T01:02:03Z",
        "updated_at": "2011-01-01T01:02:03Z",
        "architecture": "x86_64",
        "auto_disk_config": "True",
        "kernel_id": "nokernel",
        "ramdisk_id": "nokernel",
    }))
}

/// What an administrator has set up: services, hypervisors, aggregates, flavors.
async fn infrastructure(store: &dyn Store) -> Result<(), StoreError> {
    let context = &RequestContext::admin();
    let mut disabled = service("host0", "scheduler");
    (disabled.disabled, disabled.disabled_reason) = (true, Some("test1".into()));
    disabled.create(store, context).await?;
    for topic in ["conductor", "consoleauth", "network", "scheduler"] {
        service(topic, topic).create(store, context).await?;
    }
    for (number, host) in ["host1", "host2"].into_iter().enumerate() {
        service(host, "compute").create(store, context).await?;
        compute_node(number, host).create(store, context).await?;
    }
    let unused = Aggregate::new("name", Some("nova"));
    let in_use = Aggregate { hosts: vec!["host2".into()], ..unused.clone() };
    for (aggregate, name) in [(unused, "name"), (in_use, "other")] {
        let uuid = uuid_of(name);
        Aggregate { name: name.into(), uuid, ..aggregate }.create(store, context).await?;
    }
    for mut flavor in Flavor::defaults() {
        let specs = [("key1", "value1"), ("key2", "value2")].map(|(k, v)| (k.into(), v.into()));
        flavor.extra_specs = specs.into();
        flavor.create(store, context).await?;
    }
    let mut private = Flavor::new("10", "private", 1024, 2, 10);
    (private.is_public, private.projects) = (false, vec!["fake_tenant".into()]);
    private.create(store, context).await.map(drop)
}

fn uuid_of(name: &str) -> String {
    format!("00000000-0000-0000-0000-{:0>12}", name.len())
}

fn service(host: &str, topic: &str) -> Service {
    let mut service = Service::new(host, &format!("nova-{topic}"), topic);
    service.last_seen_up = Some(DateTime::now());
    service
}

fn compute_node(number: usize, host: &str) -> ComputeNode {
    ComputeNode {
        uuid: format!("b1e43b5f-eec1-44e0-9f10-7b4945c0226{number}"),
        host: host.into(),
        hypervisor_hostname: format!("fake-mini-{host}"),
        hypervisor_type: "fake".into(),
        hypervisor_version: 1000,
        host_ip: "1.1.1.1".into(),
        cpu_info: "{}".into(),
        vcpus: 1,
        memory_mb: 8192,
        free_ram_mb: 7680,
        local_gb: 1028,
        free_disk_gb: 1028,
        disk_available_least: Some(0),
        ..ComputeNode::default()
    }
}

/// What the administrator's project has: servers, a key, a group.
async fn belongings(store: &dyn Store) -> Result<(), StoreError> {
    let context = &RequestContext::admin();
    let rescued = Instance { uuid: RESCUED.into(), vm_state: VmState::Rescued, ..server() };
    rescued.create(store, context).await?;
    let server = server().create(store, context).await?;
    let asked = RequestContext { request_id: CREATED_BY.into(), ..context.clone() };
    let (user_id, project_id) = (Some("admin".into()), Some(PROJECT.into()));
    let message = Some(String::new());
    let action = InstanceAction::start(&asked, &server, "reboot");
    InstanceAction { user_id, project_id, message, ..action }.create(store, context).await?;
    let event = InstanceActionEvent::start(&asked, &server, "compute_stop_instance");
    let (finish_time, result) = (event.start_time, Some("Success".into()));
    let traceback = Some(String::new());
    let event = InstanceActionEvent { finish_time, result, traceback, ..event };
    event.create(store, context).await?;
    let key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== mine";
    KeyPair::ssh("admin", "keypair", key, "ab:cd").create(store, context).await?;
    let policies = vec!["anti-affinity".into()];
    let group = InstanceGroup::new(PROJECT, "admin", "test", policies);
    InstanceGroup { uuid: GROUP.into(), ..group }.create(store, context).await.map(drop)
}

/// The server, which has run for an hour.
fn server() -> Instance {
    let flavor = Flavor::new("1", "m1.tiny", 512, 1, 1);
    let name = ("My Server Name".to_owned(), "Apache1".to_owned());
    let mut server = Instance::building(PROJECT, "admin", "new-server-test", flavor);
    server.uuid = SERVER.into();
    server.display_description = Some("new-server-description".into());
    (server.vm_state, server.task_state) = (VmState::Active, None);
    server.power_state = PowerState::Running;
    server.host = Some("host1".into());
    server.node = Some("fake-mini-host1".into());
    server.launched_on = Some("host1".into());
    server.launched_at = Some(DateTime::now().plus_seconds(-3600));
    server.image_ref = IMAGE.into();
    server.kernel_id = Some("a5f474bf-81d6-4e8e-9b16-7b0f4d6f5a3c".into());
    server.ramdisk_id = Some("3cbeb1d5-2a6f-4d85-a5c8-3d2d9a0a1b2c".into());
    server.root_device_name = Some("/dev/vda".into());
    server.user_data = Some("IyEvYmluL3NoCg==".into());
    (server.access_ip_v4, server.access_ip_v6) = (Some("1.2.3.4".into()), Some("80fe::".into()));
    server.reservation_id = "r-00000001".into();
    server.metadata = [name].into();
    server.network_info = vec![Vif {
        address: "aa:bb:cc:dd:ee:ff".into(),
        label: "private".into(),
        fixed_ips: vec![FixedIp {
            address: "192.168.0.3".into(),
            version: 4,
            kind: "fixed".into(),
        }],
    }];
    server
}
