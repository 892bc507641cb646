//! One story, told to three stores: the one in memory, the database, and the conductor in front
//! of a database. They must answer alike, on every kind of database.

use crate::{api_rows, databases::databases};
use nova_conductor::ConductorManager;
use nova_objects::{
    ComputeNode, DateTime, Fields, Flavor, Instance, InstanceAction, InstanceFault, MemoryStore,
    NovaException, Query, RequestContext, Service, Store, StoreError, TaskState,
};
use nova_rpc::{MemoryTransport, RpcClient, RpcServer, Target, Transport, rpcapi};
use serde::Serialize;
use serde_json::{Value, json};
use std::{iter::zip, sync::Arc};

pub(crate) enum Verb {
    Create(Fields),
    Get(&'static str),
    List(Query),
    Save(&'static str, Value, Vec<Option<TaskState>>),
    /// A save that expects of any fields that they have one of these values.
    SaveOnMatch(&'static str, Value, Value),
    Destroy(&'static str),
}
use Verb::{Create, Destroy, Get, List, Save, SaveOnMatch};

/// Who, which class, and what of it.
pub(crate) type Step = (RequestContext, &'static str, Verb);

pub(crate) fn fields(object: &impl Serialize) -> Fields {
    serde_json::to_value(object).unwrap().as_object().unwrap().clone()
}

/// What a store answers. Of times, only whether there is one: no two stores ask the clock at once.
/// Nor is told by which number a row goes that is known by its key: PostgreSQL has a number even
/// for a row that it refuses.
async fn answer(store: &dyn Store, (context, class, verb): &Step) -> Result<Value, String> {
    let answer = match verb {
        Create(fields) => store.create(context, class, fields.clone()).await.map(|row| vec![row]),
        Get(key) => store.get(context, class, key).await.map(|row| vec![row]),
        List(query) => store.list(context, class, query).await,
        Save(key, changes, expected) => {
            let states = ("task_state".to_owned(), expected.iter().map(|s| json!(s)).collect());
            let expected = Some(states).filter(|_| !expected.is_empty()).into_iter().collect();
            let saved = store.save(context, class, key, fields(changes), &expected).await;
            saved.map(|row| vec![row])
        }
        SaveOnMatch(key, changes, expected) => {
            let expected = serde_json::from_value(expected.clone()).unwrap();
            let saved = store.save(context, class, key, fields(changes), &expected).await;
            saved.map(|row| vec![row])
        }
        Destroy(key) => store.destroy(context, class, key).await.map(|()| Vec::new()),
    };
    let timeless = |mut row: Fields| {
        for time in ["created_at", "updated_at", "deleted_at"] {
            if row.get(time).is_some_and(Value::is_string) {
                row.insert(time.into(), "a time".into());
            }
        }
        if ["uuid", "flavorid"].iter().any(|key| row.contains_key(*key)) {
            row.insert("id".into(), "a number".into());
        }
        Value::Object(row)
    };
    match answer {
        Ok(rows) => Ok(rows.into_iter().map(timeless).collect()),
        Err(error) => Err(format!("{}: {error}", NovaException::class(&error))),
    }
}

fn instance(uuid: &str, project: &str, name: &str) -> Fields {
    let mut instance = Instance::building(project, "u", name, Flavor::new("1", "t", 64, 1, 0));
    instance.uuid = uuid.into();
    instance.metadata.insert("k\"e'y".into(), "va\\lue; --".into());
    fields(&instance)
}

fn node(uuid: &str, free_ram_mb: i64, least: Option<i64>, ratio: f64) -> Fields {
    fields(&ComputeNode {
        uuid: uuid.into(),
        host: format!("host-{uuid}"),
        hypervisor_hostname: uuid.into(),
        free_ram_mb,
        disk_available_least: least,
        ram_allocation_ratio: ratio,
        supported_instances: vec![["x86_64".into(), "fake".into(), "hvm".into()]],
        stats: [("num_instances".to_owned(), "2".to_owned())].into(),
        ..ComputeNode::default()
    })
}

pub(crate) fn admin() -> RequestContext {
    RequestContext::admin()
}

pub(crate) fn ann() -> RequestContext {
    RequestContext::new("ann", "p")
}

pub(crate) fn bob() -> RequestContext {
    RequestContext::new("bob", "q")
}

fn nobody() -> RequestContext {
    RequestContext { project_id: None, ..ann() }
}

fn gone() -> RequestContext {
    ann().reading_deleted()
}

pub(crate) fn all() -> Query {
    Query::all()
}

pub(crate) fn of(class: &'static str) -> impl Fn(RequestContext, Verb) -> Step {
    move |context, verb| (context, class, verb)
}

const STORY: &[fn() -> Vec<Step>] = &[
    creation,
    sight,
    filters,
    pages,
    saves,
    saves_on_match,
    deletion,
    numbers,
    number_keys,
    api_rows::instances_and_flavors,
    api_rows::key_pairs,
    api_rows::aggregates,
    api_rows::instance_groups,
    api_rows::quotas,
    api_rows::migrations,
    rows_without,
    no_class,
];

/// Rows, and twins of rows.
fn creation() -> Vec<Step> {
    let i = of("Instance");
    vec![
        i(ann(), Create(instance("i1", "p", "one"))),
        i(ann(), Create(instance("i2", "p", "Two \u{e9}\u{1f980}"))),
        i(bob(), Create(instance("i3", "q", "'; DROP TABLE instances; --"))),
        i(admin(), Create(instance("i4", "q", ""))),
        i(ann(), Create(instance("i1", "p", "again"))),
        i(bob(), Create(instance("i1", "q", "again, and not to be seen"))),
    ]
}

/// Who sees what.
fn sight() -> Vec<Step> {
    let i = of("Instance");
    vec![
        i(ann(), Get("i1")),
        i(bob(), Get("i1")),
        i(nobody(), Get("i1")),
        i(admin(), Get("i3")),
        i(admin(), Get("i1' OR '1'='1")),
        i(admin(), Get("")),
        i(ann(), List(all())),
        i(bob(), List(all())),
        i(nobody(), List(all())),
        i(admin(), List(all())),
    ]
}

/// Filters.
fn filters() -> Vec<Step> {
    let i = of("Instance");
    vec![
        i(admin(), List(all().with("project_id", "q"))),
        i(admin(), List(all().with("display_name", "'; DROP TABLE instances; --"))),
        i(admin(), List(all().with("host", Value::Null).with("vm_state", "building"))),
        i(admin(), List(all().with_any("task_state", [Value::Null, "scheduling".into()]))),
        i(admin(), List(all().with_any("uuid", ["i2".into(), "i4".into(), "zz".into()]))),
        i(admin(), List(all().with_any("uuid", []))),
        i(admin(), List(all().with("power_state", "0"))),
        i(admin(), List(all().with("power_state", 0).with("auto_disk_config", true))),
        i(admin(), List(all().with("auto_disk_config", 1))),
        i(admin(), List(all().with("display_name", json!(["one"])))),
        i(admin(), List(all().with("metadata", json!({"k\"e'y": "va\\lue; --"})))),
        i(admin(), List(since("2000-01-01T00:00:00Z"))),
        i(admin(), List(since("2999-01-01T00:00:00Z"))),
    ]
}

/// Orders and pages.
fn pages() -> Vec<Step> {
    let i = of("Instance");
    vec![
        i(admin(), List(all().ascending("display_name"))),
        i(admin(), List(all().descending("project_id").ascending("hostname"))),
        i(admin(), List(all().descending("uuid").limit(2))),
        i(admin(), List(after("i3", all().descending("uuid").limit(2)))),
        i(admin(), List(after("i4", all()))),
        i(admin(), List(after("i9", all()))),
        i(ann(), List(after("i3", all()))),
        i(admin(), List(all().limit(0))),
        i(admin(), List(all().limit(usize::MAX))),
    ]
}

/// Saves.
fn saves() -> Vec<Step> {
    let i = of("Instance");
    let scheduling = Some(TaskState::Scheduling);
    let deleting = Some(TaskState::Deleting);
    vec![
        i(ann(), Save("i1", json!({"task_state": "spawning"}), vec![scheduling])),
        i(ann(), Save("i1", json!({"task_state": "deleting"}), vec![scheduling])),
        i(ann(), Save("i1", json!({"task_state": "deleting"}), vec![scheduling, None])),
        i(ann(), Save("i1", json!({"task_state": "deleting"}), vec![])),
        i(ann(), Save("i1", json!({"task_state": null, "vm_state": "active"}), vec![scheduling])),
        i(ann(), Save("i1", json!({"task_state": null}), vec![None, deleting])),
        i(ann(), Save("i1", json!({"vm_state": "active"}), vec![None])),
        i(ann(), Save("i1", json!({}), vec![scheduling])),
        i(ann(), Save("i1", json!({}), vec![])),
        i(bob(), Save("i1", json!({"vm_state": "error"}), vec![])),
        i(bob(), Save("i1", json!({"vm_state": "error"}), vec![scheduling])),
        i(ann(), Save("i9", json!({"vm_state": "error"}), vec![None])),
        i(ann(), Save("i1", json!({"metadata": {"a": "b"}, "host": "h"}), vec![])),
        i(ann(), List(all().with("host", "h").descending("updated_at"))),
        i(admin(), List(all().ascending("host").descending("uuid"))),
        i(admin(), List(all().descending("host").ascending("uuid"))),
    ]
}

/// Saves that expect more than a state.
fn saves_on_match() -> Vec<Step> {
    let i = of("Instance");
    let two = json!({"tags": ["a", "b"], "metadata": {"x": "1", "y": "2"}});
    let turned = json!([{"y": "2", "x": "1"}]);
    let both = json!({"tags": [["a", "b"]], "metadata": [{}, {"x": "1", "y": "2"}]});
    vec![
        i(ann(), SaveOnMatch("i2", two, json!({"tags": [[]], "host": [null]}))),
        i(ann(), SaveOnMatch("i2", json!({"tags": ["c"]}), json!({"tags": [[], ["a"]]}))),
        i(ann(), SaveOnMatch("i2", json!({"tags": ["c"]}), json!({"tags": [["b", "a"]]}))),
        i(ann(), SaveOnMatch("i2", json!({"tags": ["c"]}), both.clone())),
        i(ann(), SaveOnMatch("i2", json!({"tags": ["d"]}), both)),
        i(ann(), SaveOnMatch("i2", json!({"tags": []}), json!({"metadata": turned}))),
        i(ann(), SaveOnMatch("i2", json!({"host": "h"}), json!({"host": []}))),
        i(ann(), SaveOnMatch("i2", json!({"host": "h"}), json!({"host": ["h", null]}))),
        i(
            ann(),
            SaveOnMatch("i2", json!({"host": "k"}), json!({"host": [null], "locked": [true]})),
        ),
        i(
            ann(),
            SaveOnMatch("i2", json!({"host": "k"}), {
                json!({"host": ["g"], "task_state": ["scheduling"]})
            }),
        ),
        i(
            ann(),
            SaveOnMatch("i2", json!({"host": "k"}), {
                json!({"host": ["g"], "task_state": [null, "spawning"]})
            }),
        ),
        i(bob(), SaveOnMatch("i2", json!({"host": "k"}), json!({"host": ["h"]}))),
        i(ann(), Get("i2")),
    ]
}

/// Deleted instances keep their rows.
fn deletion() -> Vec<Step> {
    let i = of("Instance");
    vec![
        i(bob(), Destroy("i1")),
        i(ann(), Destroy("i1")),
        i(ann(), Destroy("i1")),
        i(ann(), Get("i1")),
        i(ann(), Save("i1", json!({"vm_state": "deleted"}), vec![])),
        i(gone(), Save("i1", json!({"vm_state": "deleted"}), vec![None])),
        i(gone(), Get("i1")),
        i(gone(), List(all().with("deleted", true))),
        i(ann(), List(all())),
        i(ann(), Create(instance("i1", "p", "one more time"))),
    ]
}

/// Numbers, fractions, and what may be missing.
fn numbers() -> Vec<Step> {
    let c = of("ComputeNode");
    vec![
        c(admin(), Create(node("n1", -5, None, 1.5))),
        c(admin(), Create(node("n2", 30, Some(-1), 16.0))),
        c(admin(), Create(node("n3", 4, Some(10), 0.0))),
        c(ann(), List(all().ascending("free_ram_mb"))),
        c(ann(), List(all().ascending("disk_available_least"))),
        c(ann(), List(all().descending("disk_available_least"))),
        c(ann(), List(all().descending("ram_allocation_ratio").limit(2))),
        c(ann(), Save("n1", json!({"stats": {}, "cpu_allocation_ratio": 2.25}), vec![])),
        c(ann(), SaveOnMatch("n1", json!({"vcpus": 4}), json!({"vcpus": [2, 3]}))),
        c(ann(), SaveOnMatch("n1", json!({"vcpus": 4}), json!({"ram_allocation_ratio": [1.5]}))),
        c(ann(), Destroy("n2")),
        c(ann(), Destroy("n2")),
        c(ann(), List(all())),
    ]
}

/// Keys that are numbers.
fn number_keys() -> Vec<Step> {
    let s = of("Service");
    vec![
        s(admin(), Create(fields(&Service::new("h1", "nova-compute", "compute")))),
        s(admin(), Create(fields(&Service::new("h2", "nova-compute", "compute")))),
        s(admin(), Get("2")),
        s(admin(), Get("02")),
        s(admin(), Get("99999999999999999999")),
        s(admin(), Get("1 OR 1=1")),
        s(admin(), List(all().with("binary", "nova-compute").descending("binary"))),
        s(admin(), Save("1", json!({"disabled": true, "disabled_reason": "ill"}), vec![])),
        s(admin(), List(all().ascending("disabled"))),
        s(admin(), List(after("1", all()))),
        s(admin(), Destroy("1")),
    ]
}

/// Rows without a time, and without a project.
fn rows_without() -> Vec<Step> {
    let f = of("InstanceFault");
    let a = of("InstanceAction");
    let typed = serde_json::from_value::<Instance>(instance("i1", "p", "x").into()).unwrap();
    let fault = InstanceFault::of(&typed, &StoreError::MarkerNotFound("m".into()), Some("h"));
    let action = InstanceAction::start(&ann(), &typed, "create");
    let action = InstanceAction { request_id: "req-1".into(), start_time: None, ..action };
    vec![
        f(ann(), Create(fields(&fault))),
        f(bob(), List(all().with("instance_uuid", "i1").descending("id").limit(1))),
        a(ann(), Create(fields(&action))),
        a(bob(), Get("1")),
        a(ann(), Save("1", json!({"message": "Error"}), vec![])),
        a(ann(), Save("1", json!({}), vec![])),
        a(ann(), List(since("2000-01-01T00:00:00Z"))),
    ]
}

/// No such class.
fn no_class() -> Vec<Step> {
    vec![
        of("Cat")(admin(), Get("1")),
        of("instances")(admin(), List(all())),
        of("Instance; DROP TABLE instances")(admin(), Create(instance("i7", "p", "x"))),
    ]
}

fn since(moment: &str) -> Query {
    Query { changes_since: DateTime::parse(moment).ok(), ..Query::all() }
}

fn after(marker: &str, query: Query) -> Query {
    Query { marker: Some(marker.into()), ..query }
}

#[tokio::test]
async fn the_database_and_the_conductor_answer_as_the_store_in_memory_does() {
    for ((database, _end), (behind, _its_end)) in zip(databases().await, databases().await) {
        let memory = MemoryStore::default();
        let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
        let manager = Arc::new(ConductorManager::new(Arc::new(behind)));
        let target = Target::topic(rpcapi::conductor::TOPIC).server("host-1");
        let server = RpcServer::new(Arc::clone(&transport), target, "conductor");
        let server = server.endpoint(manager.endpoint()).start().await.unwrap();
        let client = RpcClient::new(transport, Target::topic(rpcapi::conductor::TOPIC));
        let conductor = rpcapi::conductor::ConductorAPI::over(client);
        for (number, step) in STORY.iter().flat_map(|part| part()).enumerate() {
            let expected = answer(&memory, &step).await;
            assert_eq!(answer(&database, &step).await, expected, "step {number}, {database:?}");
            assert_eq!(answer(&conductor, &step).await, expected, "step {number}, conductor");
        }
        server.stop().await;
    }
}
