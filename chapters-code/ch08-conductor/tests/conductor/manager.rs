//! The conductor on the wire, asked by somebody who does not use our client.

use crate::databases::databases;
use nova_conductor::{ConductorManager, Db};
use nova_objects::{Flavor, Instance, NovaObject, RemoteError, RequestContext};
use nova_rpc::{
    MemoryTransport, RpcClient, RpcServer, RunningServer, Target, Transport,
    rpcapi::conductor::{TOPIC, VERSION},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// A conductor in front of one instance of project `p`, and a client of it.
async fn conductor(db: Db) -> (RpcClient, RunningServer) {
    let flavor = Flavor::new("7", "m1.test", 64, 1, 0);
    let instance = Instance::building("p", "u", "demo", flavor);
    let instance = Instance { uuid: "i1".into(), ..instance };
    instance.create(&db, &RequestContext::admin()).await.unwrap();
    let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
    let target = Target::topic(TOPIC).server("host-1");
    let manager = Arc::new(ConductorManager::new(Arc::new(db)));
    let server = RpcServer::new(Arc::clone(&transport), target, "conductor");
    let server = server.endpoint(manager.endpoint()).start().await.unwrap();
    (RpcClient::new(transport, Target::topic(TOPIC).version(VERSION)), server)
}

async fn ask(client: &RpcClient, method: &str, args: &Value) -> Result<Value, RemoteError> {
    client.call(&RequestContext::new("u", "p"), method, args).await
}

fn action(class: &str, method: &str, data: &Value, expected: Option<&Value>) -> Value {
    let changes: Vec<_> = data.as_object().into_iter().flatten().map(|(name, _)| name).collect();
    let changes: Vec<_> = changes.into_iter().filter(|name| *name != "uuid").collect();
    json!({
        "objinst": {
            "nova_object.name": class,
            "nova_object.namespace": "nova",
            "nova_object.version": "2.0",
            "nova_object.data": data,
            "nova_object.changes": changes,
        },
        "objmethod": method,
        "args": [],
        "kwargs": expected.map_or(json!({}), |states| json!({"expected_task_state": states})),
    })
}

#[tokio::test]
async fn a_save_answers_with_the_fields_the_caller_does_not_know_yet() {
    for (db, _end) in databases().await {
        let (client, server) = conductor(db).await;
        let data = json!({"uuid": "i1", "task_state": "spawning"});
        let save = action("Instance", "save", &data, Some(&json!(["scheduling", null])));
        let reply = ask(&client, "object_action", &save).await.unwrap();
        let updates = reply[0].as_object().unwrap();
        assert_eq!(updates["vm_state"], "building");
        assert!(updates["updated_at"].is_string());
        assert_eq!(updates["obj_what_changed"], json!([]));
        assert!(!updates.contains_key("task_state"), "the caller knows");
        assert_eq!(reply[1], Value::Null);
        server.stop().await;
    }
}

#[tokio::test]
async fn what_is_no_method_of_an_object_is_an_exception_of_novas() {
    for (db, _end) in databases().await {
        let (client, server) = conductor(db).await;
        let save = |data: Value, states: Value| action("Instance", "save", &data, Some(&states));
        let of_class = |class: &str, method: &str, args: Value| {
            let versions = json!({});
            json!({"objname": class, "objmethod": method, "object_versions": versions,
                   "args": args, "kwargs": {}})
        };
        let one = "object_action";
        let class = "object_class_action_versions";
        let spawning = json!({"uuid": "i1", "task_state": "spawning"});
        for (method, args, exception) in [
            (one, action("instances", "save", &spawning, None), "UnsupportedObjectError"),
            (one, action("Instance", "drop", &spawning, None), "ObjectActionError"),
            (one, action("Instance", "destroy", &json!({}), None), "ObjectActionError"),
            (one, action("Instance", "create", &json!({}), None), "ObjectActionError"),
            (one, save(json!({"uuid": "i1", "1=1 --": 1}), json!([])), "ObjectActionError"),
            (one, save(spawning.clone(), json!(["dreaming"])), "ObjectActionError"),
            (one, save(spawning.clone(), json!([null])), "UnexpectedTaskStateError"),
            (one, save(json!({"uuid": "i2"}), json!([])), "InstanceNotFound"),
            (class, of_class("migrate_version", "get_by_id", json!([1])), "UnsupportedObjectError"),
            (class, of_class("Instance", "get_by_host", json!(["h"])), "ObjectActionError"),
            (class, of_class("Instance", "get_by_uuid", json!([])), "ObjectActionError"),
            (class, of_class("InstanceList", "get_all", json!([])), "ObjectActionError"),
            (class, of_class("Instance", "get_by_uuid", json!(["i2"])), "InstanceNotFound"),
            ("execute", json!({"sql": "DROP TABLE instances"}), "NoSuchMethod"),
        ] {
            let error = ask(&client, method, &args).await.unwrap_err();
            assert_eq!(error.class, exception, "{method} {args}: {error}");
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn an_instance_that_the_user_deletes_meanwhile_is_an_exception_of_its_own() {
    for (db, _end) in databases().await {
        let (client, server) = conductor(db).await;
        for (state, expected, exception) in [
            ("deleting", json!(["scheduling"]), None),
            ("spawning", json!(["scheduling"]), Some("UnexpectedDeletingTaskStateError")),
        ] {
            let data = json!({"uuid": "i1", "task_state": state});
            let save = action("Instance", "save", &data, Some(&expected));
            let saved = ask(&client, "object_action", &save).await;
            assert_eq!(saved.err().map(|error| error.class).as_deref(), exception);
        }
        server.stop().await;
    }
}
