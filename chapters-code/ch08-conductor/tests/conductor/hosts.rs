//! Who may write what: compute services ask the conductor.

use crate::mirror::fields;
use nova_conductor::{ConductorManager, Db};
use nova_objects::{
    Aggregate, ComputeNode, Fields, Filters, Flavor, Instance, InstanceAction, InstanceActionEvent,
    InstanceFault, InstanceGroup, KeyPair, Migration, NovaObject, Quota, RequestContext, Service,
    Store, StoreError, TaskState,
};
use nova_rpc::{MemoryTransport, RpcServer, RunningServer, Target, Transport, rpcapi};
use serde_json::json;
use std::sync::Arc;

/// A database, a conductor in front of it, and hosts that ask it.
struct House {
    db: Db,
    transport: Arc<dyn Transport>,
    _server: RunningServer,
}

/// What is to be done to which row.
enum Change {
    Create(Fields),
    Save(&'static str),
    Destroy(&'static str),
}
use Change::{Create, Destroy, Save};

impl House {
    async fn new() -> Self {
        let db = Db::memory().await.unwrap();
        let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
        let manager = Arc::new(ConductorManager::new(Arc::new(db.clone())));
        let target = Target::topic(rpcapi::conductor::TOPIC).server("controller");
        let server = RpcServer::new(Arc::clone(&transport), target, "conductor");
        let server = server.endpoint(manager.endpoint()).start().await.unwrap();
        let house = Self { db, transport, _server: server };
        house.fill().await.unwrap();
        house
    }

    /// An instance on each host, and one on none; and of what belongs to them one row each, which
    /// is host-1's where it is a host's.
    async fn fill(&self) -> Result<(), StoreError> {
        let context = RequestContext::admin();
        for (uuid, host) in [("i0", None), ("i1", Some("host-1")), ("i2", Some("host-2"))] {
            instance(uuid, host).create(&self.db, &context).await?;
        }
        let i1 = instance("i1", Some("host-1"));
        let event = InstanceActionEvent::start(&context, &i1, "build", "host-1");
        event.create(&self.db, &context).await?;
        InstanceAction::start(&context, &i1, "create").create(&self.db, &context).await?;
        fault("i1").create(&self.db, &context).await?;
        Service::new("host-1", "nova-compute", "compute").create(&self.db, &context).await?;
        node("n1", "host-1").create(&self.db, &context).await?;
        Aggregate::new("fast", None).create(&self.db, &context).await?;
        group().create(&self.db, &context).await?;
        key().create(&self.db, &context).await?;
        Quota::new("p", None, "cores", 1).create(&self.db, &context).await?;
        Ok(())
    }

    async fn ask(&self, host: &str, class: &str, change: Change) -> Result<(), String> {
        let conductor = rpcapi::ConductorAPI::new(Arc::clone(&self.transport), host);
        let context = RequestContext::new("u", "p").elevated();
        let done = match change {
            Create(fields) => conductor.create(&context, class, fields).await.map(drop),
            Save(key) => {
                let (nothing, anything) = (Fields::new(), Filters::new());
                conductor.save(&context, class, key, nothing, &anything).await.map(drop)
            }
            Destroy(key) => conductor.destroy(&context, class, key).await,
        };
        done.map_err(|error| {
            assert!(matches!(error, StoreError::Forbidden(_)), "{error:?}");
            error.to_string()
        })
    }
}

fn instance(uuid: &str, host: Option<&str>) -> Instance {
    let instance = Instance::building("p", "u", "web", Flavor::new("7", "m1.test", 64, 1, 0));
    Instance { uuid: uuid.into(), host: host.map(str::to_owned), task_state: None, ..instance }
}

fn fault(uuid: &str) -> InstanceFault {
    InstanceFault::of(&instance(uuid, None), &StoreError::MarkerNotFound("m".into()), None)
}

fn action(uuid: &str) -> Fields {
    fields(&InstanceAction::start(&RequestContext::admin(), &instance(uuid, None), "stop"))
}

fn event(host: &str) -> Fields {
    let of_i2 = instance("i2", Some("host-2"));
    fields(&InstanceActionEvent::start(&RequestContext::admin(), &of_i2, "build", host))
}

fn node(uuid: &str, host: &str) -> ComputeNode {
    ComputeNode {
        uuid: uuid.into(),
        host: host.into(),
        hypervisor_hostname: uuid.into(),
        ..ComputeNode::default()
    }
}

fn group() -> InstanceGroup {
    InstanceGroup { uuid: "g".into(), ..InstanceGroup::new("p", "u", "web", Vec::new()) }
}

fn key() -> KeyPair {
    KeyPair::ssh("u", "mine", "ssh-ed25519 AAAA", "00:ff")
}

fn migration(uuid: &str, from: &str, to: &str) -> Migration {
    let flavor = Flavor::new("8", "m1.more", 64, 1, 0);
    Migration::new(&instance(uuid, Some(from)), &flavor, to, to)
}

/// What host-2 may do, and what it is told of the rest.
async fn host_2_may(changes: Vec<(&'static str, Change, Option<&'static str>)>) {
    let house = House::new().await;
    for (class, change, refused) in changes {
        let done = house.ask("host-2", class, change).await;
        let refused = refused.map(|text| format!("Host host-2 may not {text}"));
        assert_eq!(done.err(), refused, "{class}");
    }
}

#[tokio::test]
async fn a_compute_service_writes_of_instances_what_is_its_own() {
    host_2_may(vec![
        (Instance::NAME, Save("i2"), None),
        (Instance::NAME, Save("i0"), None),
        (Instance::NAME, Save("i1"), Some("change Instance i1: the instance is on host-1.")),
        (Instance::NAME, Destroy("i1"), Some("change Instance i1: the instance is on host-1.")),
        (Instance::NAME, Create(fields(&instance("i3", Some("host-2")))), {
            Some("create a new Instance: no host may.")
        }),
        (InstanceFault::NAME, Create(fields(&fault("i2"))), None),
        (InstanceFault::NAME, Create(fields(&fault("i1"))), {
            Some("create a new InstanceFault: the instance is on host-1.")
        }),
        (InstanceFault::NAME, Save("1"), Some("change InstanceFault 1: it is no host's.")),
        (InstanceAction::NAME, Create(action("i2")), None),
        (InstanceAction::NAME, Create(action("i1")), {
            Some("create a new InstanceAction: the instance is on host-1.")
        }),
        (InstanceAction::NAME, Save("1"), {
            Some("change InstanceAction 1: the instance is on host-1.")
        }),
        (InstanceActionEvent::NAME, Create(event("host-2")), None),
        (InstanceActionEvent::NAME, Create(event("host-1")), {
            Some("create a new InstanceActionEvent: it is host-1's.")
        }),
        (InstanceActionEvent::NAME, Save("2"), None),
        (InstanceActionEvent::NAME, Save("1"), {
            Some("change InstanceActionEvent 1: it is host-1's.")
        }),
        (InstanceActionEvent::NAME, Destroy("2"), {
            Some("destroy InstanceActionEvent 2: it stays.")
        }),
    ])
    .await;
}

#[tokio::test]
async fn a_compute_service_writes_of_hosts_what_is_its_own() {
    let service = |host: &str| fields(&Service::new(host, "nova-compute", "compute"));
    host_2_may(vec![
        (Service::NAME, Create(service("host-2")), None),
        (Service::NAME, Create(service("host-3")), Some("create a new Service: it is host-3's.")),
        (Service::NAME, Save("2"), None),
        (Service::NAME, Save("1"), Some("change Service 1: it is host-1's.")),
        (Service::NAME, Destroy("1"), Some("change Service 1: it is host-1's.")),
        (ComputeNode::NAME, Create(fields(&node("n2", "host-2"))), None),
        (ComputeNode::NAME, Save("n2"), None),
        (ComputeNode::NAME, Save("n1"), Some("change ComputeNode n1: it is host-1's.")),
        (ComputeNode::NAME, Destroy("n1"), Some("change ComputeNode n1: it is host-1's.")),
        (ComputeNode::NAME, Destroy("n2"), None),
        (Migration::NAME, Create(fields(&migration("i2", "host-2", "host-1"))), None),
        (Migration::NAME, Create(fields(&migration("i1", "host-1", "host-2"))), {
            Some("create a new Migration: the instance is on host-1.")
        }),
        (Migration::NAME, Create(fields(&migration("i2", "host-1", "host-3"))), {
            Some("create a new Migration: it is from host-1 to host-3.")
        }),
        (Migration::NAME, Save("1"), None),
        (Migration::NAME, Destroy("1"), Some("destroy Migration 1: it stays.")),
    ])
    .await;
}

#[tokio::test]
async fn a_compute_service_writes_nothing_that_is_no_hosts_but_reads_it() {
    host_2_may(vec![
        (Flavor::NAME, Save("1"), Some("change Flavor 1: it is no host's.")),
        (Flavor::NAME, Create(fields(&Flavor::new("9", "x", 1, 1, 1))), {
            Some("create a new Flavor: no host may.")
        }),
        (Aggregate::NAME, Save("1"), Some("change Aggregate 1: it is no host's.")),
        (InstanceGroup::NAME, Save("g"), Some("change InstanceGroup g: it is no host's.")),
        (KeyPair::NAME, Save("1"), Some("change KeyPair 1: it is no host's.")),
        (KeyPair::NAME, Destroy("1"), Some("destroy KeyPair 1: it stays.")),
        (Quota::NAME, Save("1"), Some("change Quota 1: it is no host's.")),
    ])
    .await;
    let house = House::new().await;
    let aggregate = rpcapi::ConductorAPI::new(Arc::clone(&house.transport), "host-2");
    aggregate.get(&RequestContext::admin(), Aggregate::NAME, "1").await.expect("it reads all");
}

/// Of four hosts, those that may write an instance that is on host-2: its last move is from
/// host-1 to host-2, and an earlier one from host-3.
async fn writers(house: &House, status: &str, task: Option<TaskState>) -> Vec<&'static str> {
    let context = RequestContext::admin();
    let earlier = migration("i2", "host-3", "host-1");
    earlier.create(&house.db, &context).await.unwrap();
    let last = Migration { status: status.into(), ..migration("i2", "host-1", "host-2") };
    last.create(&house.db, &context).await.unwrap();
    let mut row = Instance::get(&house.db, &context, "i2").await.unwrap();
    row.task_state = task;
    row.save(&house.db, &context).await.unwrap();
    let mut writers = Vec::new();
    for host in ["host-1", "host-2", "host-3", "host-4"] {
        match house.ask(host, Instance::NAME, Save("i2")).await {
            Ok(()) => writers.push(host),
            Err(text) => {
                let wanted =
                    format!("Host {host} may not change Instance i2: the instance is on host-2.");
                assert_eq!(text, wanted);
            }
        }
    }
    writers
}

#[tokio::test]
async fn an_instance_that_moves_is_both_hosts_own_until_the_move_is_over() {
    let both = &["host-1", "host-2"][..];
    for (status, task, expected) in [
        (
            "pre-migrating",
            Some(TaskState::ResizePrep),
            &["host-1", "host-2", "host-3", "host-4"][..],
        ),
        ("pre-migrating", Some(TaskState::ResizeMigrating), both),
        ("post-migrating", Some(TaskState::ResizeMigrated), both),
        ("finished", None, both),
        ("confirming", Some(TaskState::ResizeConfirming), both),
        ("error", None, both),
        ("reverted", Some(TaskState::ResizeReverting), both),
        ("confirmed", None, &["host-2"]),
    ] {
        let house = House::new().await;
        assert_eq!(writers(&house, status, task).await, expected, "{status} {task:?}");
    }
}

#[tokio::test]
async fn an_instance_that_went_back_is_no_longer_the_other_hosts() {
    let house = House::new().await;
    let back = Migration { status: "reverted".into(), ..migration("i1", "host-1", "host-2") };
    back.create(&house.db, &RequestContext::admin()).await.unwrap();
    assert_eq!(house.ask("host-1", Instance::NAME, Save("i1")).await, Ok(()));
    assert!(house.ask("host-2", Instance::NAME, Save("i1")).await.is_err());
}

#[tokio::test]
async fn who_expects_another_state_is_told_that_first() {
    let house = House::new().await;
    let conductor = rpcapi::ConductorAPI::new(Arc::clone(&house.transport), "host-2");
    let context = RequestContext::admin();
    for (expected, class) in [
        (json!({ "task_state": ["spawning"] }), "UnexpectedTaskStateError"),
        (json!({ "task_state": [null] }), "Forbidden"),
        (json!({ "task_state": [null], "host": ["host-1"] }), "Forbidden"),
    ] {
        let expected = serde_json::from_value(expected).unwrap();
        let saved = conductor.save(&context, Instance::NAME, "i1", Fields::new(), &expected).await;
        assert_eq!(nova_objects::NovaException::class(&saved.unwrap_err()), class);
    }
}

#[tokio::test]
async fn who_lost_is_told_what_it_expected_and_nothing_of_the_guard() {
    let house = House::new().await;
    let conductor = rpcapi::ConductorAPI::new(Arc::clone(&house.transport), "host-2");
    let expected = Filters::from_iter([("task_state".to_owned(), vec![json!("spawning")])]);
    let (context, nothing) = (RequestContext::admin(), Fields::new());
    let lost = conductor.save(&context, Instance::NAME, "i1", nothing, &expected).await;
    let message = "Conflict updating instance i1. Expected: {'task_state': [u'spawning']}. \
                   Actual: {'task_state': None}";
    assert_eq!(lost.unwrap_err().to_string(), message);
}
