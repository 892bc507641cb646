//! A cloud in the middle of its work: rows of every class, as the samples of Nova's documentation
//! show them.

use nova_objects::{
    Aggregate, ComputeNode, DateTime, FixedIp, Flavor, ImageMeta, Instance, InstanceAction,
    InstanceActionEvent, InstanceGroup, KeyPair, NovaObject, PowerState, RequestContext, Service,
    Store, StoreError, Tracked, Vif, VmState, servicegroup::report_state,
};
use serde_json::json;

/// Its server.
pub(crate) const SERVER: &str = "de9b8a2a-2d6e-4c39-9f6f-7c3f0c1f3a10";
/// A server that is being rescued.
pub(crate) const RESCUED: &str = "de9b8a2a-2d6e-4c39-9f6f-7c3f0c1f3a11";
/// Its image.
pub(crate) const IMAGE: &str = "70a599e0-31e7-49b7-b260-868f441e862b";
/// Its server group.
pub(crate) const GROUP: &str = "5bbcc3c4-1da2-4437-a48a-66f15b1b13f9";
/// The request that made the server.
pub(crate) const CREATED_BY: &str = "req-3293a3f1-b44c-4609-b8d2-d81b105636b8";
/// Its key.
pub(crate) const KEYPAIR: &str = "keypair-of-the-owner";

/// The image that the samples show.
pub(crate) fn image() -> Result<ImageMeta, serde_json::Error> {
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

/// Adds what an administrator has set up: services, hypervisors, aggregates, flavors.
pub(crate) async fn infrastructure(store: &dyn Store) -> Result<(), StoreError> {
    let context = &RequestContext::admin();
    let mut disabled = service(store, "host0", "scheduler").await?;
    (disabled.disabled, disabled.disabled_reason) = (true, Some("test1".into()));
    disabled.save(store, context).await?;
    for topic in ["conductor", "consoleauth", "network", "scheduler"] {
        service(store, topic, topic).await?;
    }
    for (number, host) in ["host1", "host2"].into_iter().enumerate() {
        service(store, host, "compute").await?;
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

/// A service that has reported once.
async fn service(
    store: &dyn Store,
    host: &str,
    topic: &str,
) -> Result<Tracked<Service>, StoreError> {
    report_state(store, &RequestContext::admin(), host, &format!("nova-{topic}"), topic).await
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

/// Adds what a user and a project have: servers and what was done to them, a key, a group.
pub(crate) async fn belongings(
    store: &dyn Store,
    user_id: &str,
    project_id: &str,
) -> Result<(), StoreError> {
    let context = &RequestContext::admin();
    let rescued = Instance {
        uuid: RESCUED.into(),
        vm_state: VmState::Rescued,
        ..server(user_id, project_id)
    };
    rescued.create(store, context).await?;
    let server = server(user_id, project_id).create(store, context).await?;
    let asked = RequestContext { request_id: CREATED_BY.into(), ..context.clone() };
    let (user, project) = (Some(user_id.into()), Some(project_id.into()));
    let message = Some(String::new());
    let action = InstanceAction::start(&asked, &server, "reboot");
    InstanceAction { user_id: user, project_id: project, message, ..action }
        .create(store, context)
        .await?;
    let event = InstanceActionEvent::start(&asked, &server, "compute_stop_instance", "host-1");
    let (finish_time, result) = (event.start_time, Some("Success".into()));
    let traceback = Some(String::new());
    let event = InstanceActionEvent { finish_time, result, traceback, ..event };
    event.create(store, context).await?;
    let key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== mine";
    KeyPair::ssh(user_id, KEYPAIR, key, "ab:cd").create(store, context).await?;
    let policies = vec!["anti-affinity".into()];
    let group = InstanceGroup::new(project_id, user_id, "group-of-the-owner", policies);
    InstanceGroup { uuid: GROUP.into(), ..group }.create(store, context).await.map(drop)
}

/// The server, which has run for an hour.
fn server(user_id: &str, project_id: &str) -> Instance {
    let flavor = Flavor::new("1", "m1.tiny", 512, 1, 1);
    let name = ("My Server Name".to_owned(), "Apache1".to_owned());
    let mut server = Instance::building(project_id, user_id, "new-server-test", flavor);
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
