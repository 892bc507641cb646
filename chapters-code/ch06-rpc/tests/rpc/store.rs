//! The store that is a conductor somewhere else.

use nova_objects::{
    ComputeNode, Fields, Filters, Flavor, Instance, MemoryStore, NovaException, NovaObject,
    Primitive, Query, RequestContext, Service, Store, StoreError, TaskState, VmState,
};
use nova_rpc::{
    Action, ClassAction, Endpoint, MemoryTransport, ObjectAction, ObjectActionReply,
    ObjectClassAction, RpcServer, RunningServer, Target, Transport,
    object_class_action::list_of,
    rpcapi::{ConductorAPI, conductor},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The smallest conductor.
struct Conductor(MemoryStore);

impl Conductor {
    fn endpoint(self: Arc<Self>) -> Endpoint<Self> {
        Endpoint::new(self, conductor::VERSION)
            .method("object_action", Self::object_action)
            .method("object_class_action_versions", Self::object_class_action_versions)
    }

    async fn object_action(
        self: Arc<Self>,
        context: RequestContext,
        args: ObjectAction,
    ) -> Result<ObjectActionReply, StoreError> {
        let class = &args.objinst.name;
        let row = match args.action()? {
            Action::Create(fields) => self.0.create(&context, class, fields).await?,
            Action::Save { key, changes, expected } => {
                self.0.save(&context, class, &key, changes, &expected).await?
            }
            Action::Destroy(key) => {
                self.0.destroy(&context, class, &key).await?;
                Fields::new()
            }
        };
        Ok(args.reply(row))
    }

    async fn object_class_action_versions(
        self: Arc<Self>,
        context: RequestContext,
        args: ObjectClassAction,
    ) -> Result<Primitive, StoreError> {
        Ok(match args.action()? {
            ClassAction::Get(class, key) => {
                Primitive::new(class, self.0.get(&context, class.name, &key).await?)
            }
            ClassAction::List(class, query) => {
                list_of(class, self.0.list(&context, class.name, &query).await?)?
            }
        })
    }
}

async fn conductor() -> (ConductorAPI, RunningServer) {
    let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
    let target = Target::topic(conductor::TOPIC).server("host-1");
    let server = RpcServer::new(Arc::clone(&transport), target, "conductor")
        .endpoint(Arc::new(Conductor(MemoryStore::default())).endpoint())
        .start()
        .await
        .unwrap();
    (ConductorAPI::new(transport, "host-1"), server)
}

fn instance(name: &str) -> Instance {
    let [tiny, ..] = Flavor::defaults();
    Instance::building("p1", "u1", name, tiny)
}

#[tokio::test]
async fn a_row_lives_its_life_over_the_wire() {
    let (store, _server) = conductor().await;
    let context = RequestContext::new("u1", "p1");
    let mut row = instance("demo").create(&store, &context).await.unwrap();
    assert_eq!(row.id, 1);
    assert!(row.created_at.is_some());

    row.vm_state = VmState::Active;
    row.task_state = None;
    row.save_expecting(&store, &context, &[Some(TaskState::Scheduling), None]).await.unwrap();
    assert!(row.updated_at.is_some());
    assert!(row.changes().unwrap().is_empty());
    assert_eq!(row.display_name, "demo", "what was not sent is known nevertheless");

    let again = Instance::get(&store, &context, &row.uuid).await.unwrap();
    assert_eq!(again, row);
    row.destroy(&store, &context).await.unwrap();
    let gone = Instance::get(&store, &context, &row.uuid).await.unwrap_err();
    assert!(gone.is_not_found(), "{gone:?}");
}

#[tokio::test]
async fn a_row_whose_key_is_a_number_is_found() {
    let (store, _server) = conductor().await;
    let context = RequestContext::admin();
    let service = Service::new("host-1", "nova-compute", "compute");
    let mut row = service.create(&store, &context).await.unwrap();
    row.report_count += 1;
    row.save(&store, &context).await.unwrap();
    assert_eq!((row.id, row.report_count), (1, 1));
    assert_eq!(Service::get(&store, &context, "1").await.unwrap(), row);
}

#[tokio::test]
async fn lists_come_in_the_order_asked_for() {
    let (store, _server) = conductor().await;
    let context = RequestContext::admin();
    for name in ["b", "a", "c"] {
        instance(name).create(&store, &context).await.unwrap();
    }
    let query = Query::all().with("project_id", "p1").descending("display_name").limit(2);
    let rows = Instance::list(&store, &context, query).await.unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.display_name.as_str()).collect();
    assert_eq!(names, ["c", "b"]);
    let none = ComputeNode::list(&store, &context, Query::all()).await.unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn errors_are_what_they_were() {
    let (store, _server) = conductor().await;
    let context = RequestContext::new("u1", "p1");
    let row = instance("demo").create(&store, &context).await.unwrap();
    let twice = Instance::clone(&row).create(&store, &context).await.unwrap_err();
    let class = || "Instance".to_owned();
    assert_eq!(twice, StoreError::Exists { class: class(), key: row.uuid.clone() });

    let stranger = RequestContext::new("u2", "p2");
    let hidden = Instance::get(&store, &stranger, &row.uuid).await.unwrap_err();
    assert_eq!(hidden, StoreError::NotFound { class: class(), key: row.uuid.clone() });

    let mut late = row.clone();
    late.task_state = Some(TaskState::Spawning);
    let expected = [Some(TaskState::BlockDeviceMapping)];
    let lost = late.save_expecting(&store, &context, &expected).await.unwrap_err();
    let StoreError::UnexpectedTaskState { expected, actual, deleting, .. } = lost else { panic!() };
    assert_eq!(expected, "{'task_state': [u'block_device_mapping']}");
    assert_eq!((&*actual, deleting), ("{'task_state': u'scheduling'}", false));

    let unknown = store.get(&context, "Volume", "1").await.unwrap_err();
    assert_eq!(unknown, StoreError::Unsupported("Volume".into()));
}

#[tokio::test(start_paused = true)]
async fn without_a_conductor_the_store_is_out_of_reach() {
    let store = ConductorAPI::new(Arc::new(MemoryTransport::default()), "host-1");
    let error = Instance::get(&store, &RequestContext::admin(), "1").await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert_eq!(error.class(), "DBConnectionError");
}

#[test]
fn what_is_asked_survives_the_wire() {
    let fields = Fields::from_iter([("task_state".to_owned(), "spawning".into())]);
    let expected = Filters::from([
        ("task_state".to_owned(), vec!["scheduling".into(), Value::Null]),
        ("tags".to_owned(), vec![json!(["web"])]),
    ]);
    let sent = ObjectAction::save("Instance", "u-1", fields.clone(), expected.clone()).unwrap();
    assert_eq!(sent.kwargs["expected_task_state"], json!(["scheduling", null]), "as in Nova");
    assert_eq!(sent.kwargs["expected"], json!({ "tags": [["web"]] }));
    assert_eq!(sent.to_string(), "Instance.save  task: scheduling|none → spawning");
    let got: ObjectAction = serde_json::from_str(&serde_json::to_string(&sent).unwrap()).unwrap();
    let save = Action::Save { key: "u-1".into(), changes: fields, expected };
    assert_eq!(got.action(), Ok(save));
}

#[test]
fn a_conductor_refuses_what_is_no_verb() {
    let destroy = ObjectAction::destroy("Instance", "u-1").unwrap();
    let keyless = Primitive { data: Fields::new(), ..destroy.objinst.clone() };
    let kwargs = |name: &str, value| Fields::from_iter([(name.to_owned(), value)]);
    let save = ObjectAction { objmethod: "save".into(), ..destroy.clone() };
    for action in [
        ObjectAction { objmethod: "reboot".into(), ..destroy.clone() },
        ObjectAction { objinst: keyless, ..destroy.clone() },
        ObjectAction { kwargs: kwargs("expected_task_state", json!("tired")), ..save.clone() },
        ObjectAction { kwargs: kwargs("expected_task_state", json!(["tired"])), ..save.clone() },
        ObjectAction { kwargs: kwargs("expected", json!({ "tags": "web" })), ..save },
    ] {
        assert!(matches!(action.action(), Err(StoreError::Malformed { .. })), "{action:?}");
    }
    let get = ObjectClassAction::get("Instance", "u-1").unwrap();
    for (objname, objmethod) in
        [("Instance", "get_by_host"), ("Instance", "get_by_filters"), ("InstanceList", "get_all")]
    {
        let (objname, objmethod) = (objname.to_owned(), objmethod.to_owned());
        let action = ObjectClassAction { objname, objmethod, ..get.clone() };
        assert!(matches!(action.action(), Err(StoreError::Malformed { .. })), "{action:?}");
    }
}
