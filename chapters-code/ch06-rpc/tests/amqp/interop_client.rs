//! Our client and Python's server: the seventeen cases of `tests/interop/client.py`.

use crate::{
    broker::Corner,
    python::{Script, python},
};
use nova_objects::{RemoteError, RequestContext};
use nova_rpc::{RpcClient, Target};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// A client, and for whom it asks.
struct Caller {
    client: RpcClient,
    context: RequestContext,
}

impl Caller {
    async fn call<R: DeserializeOwned>(&self, method: &str, args: Value) -> R {
        self.try_call(self.client.clone(), method, args).await.unwrap()
    }

    async fn try_call<A: Serialize + Sync, R: DeserializeOwned>(
        &self,
        client: RpcClient,
        method: &str,
        args: A,
    ) -> Result<R, RemoteError> {
        client.call(&self.context, method, &args).await
    }

    async fn fail(&self, client: RpcClient, method: &str, args: Value) -> (String, String, String) {
        let error = self.try_call::<_, Value>(client, method, args).await.unwrap_err();
        (error.class, error.module, error.message)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pythons_server_is_understood() {
    let (Some(python), Some(corner)) = (python(), Corner::new()) else { return };
    let mut server = Script::start(&python, "server.py", &corner, &["--server", "srv1"]);
    assert_eq!(server.line().await.as_deref(), Some("READY"));
    let transport = corner.transport();
    let client = RpcClient::new(Arc::clone(&transport), Target::topic(&corner.topic));
    let client = client.timeout(Duration::from_secs(20));
    let roles = vec!["admin".into()];
    let context = RequestContext { roles, is_admin: true, ..RequestContext::new("u1", "p1") };
    let caller = Caller { client, context };
    values_travel(&caller).await;
    casts_arrive(&caller, &mut server).await;
    targets_are_found(&caller).await;
    errors_keep_their_names(&caller).await;
    time_runs(&caller).await;
    let nowhere = Target::topic(format!("nobody_{}", corner.topic));
    let nowhere = RpcClient::new(Arc::clone(&transport), nowhere).timeout(Duration::from_secs(3));
    assert_eq!(caller.fail(nowhere, "x", json!({})).await.0, "MessagingTimeout");
    server.end().await;
    transport.close().await;
    corner.tidy(&["srv1"]).await;
}

/// echo, add, ctx, none, big.
async fn values_travel(caller: &Caller) {
    let echoed = json!([null, true, 1, 1.5, "é☃", [1, [2]], {"a": {"b": []}}, "", {}]);
    for v in echoed.as_array().unwrap() {
        assert_eq!(caller.call::<Value>("echo", json!({"v": v})).await, *v);
    }
    assert_eq!(caller.call::<i64>("add", json!({"a": 2, "b": 3})).await, 5);
    let mut got: RequestContext = caller.call("ctx", json!({})).await;
    assert!(got.traceparent.take().is_some());
    assert_eq!(got, caller.context);
    caller.call::<()>("none", json!({})).await;
    let big: Vec<u32> = caller.call("big", json!({"n": 100_000})).await;
    assert!(big.into_iter().eq(0..100_000));
}

/// cast, fanout.
async fn casts_arrive(caller: &Caller, server: &mut Script) {
    let (client, context) = (&caller.client, &caller.context);
    client.cast(context, "note", &json!({"v": "to anyone"})).await.unwrap();
    assert_eq!(server.line().await.as_deref(), Some("NOTE 'to anyone'"));
    client.prepare().fanout().cast(context, "note", &json!({"v": "to all"})).await.unwrap();
    assert_eq!(server.line().await.as_deref(), Some("NOTE 'to all'"));
}

/// server, ns.
async fn targets_are_found(caller: &Caller) {
    let this_one = caller.client.prepare().server("srv1");
    let sum: i64 = caller.try_call(this_one, "add", json!({"a": 20, "b": 3})).await.unwrap();
    assert_eq!(sum, 23);
    let elsewhere = caller.client.prepare().namespace("ns").version("2.0");
    let hello: String = caller.try_call(elsewhere, "hello", json!({"name": "bo"})).await.unwrap();
    assert_eq!(hello, "hello bo");
}

/// boom, expected, custom, nomethod, version.
async fn errors_keep_their_names(caller: &Caller) {
    let dispatcher = "oslo_messaging.rpc.dispatcher";
    let client = || caller.client.clone();
    for (client, method, args, class, module, message) in [
        (client(), "boom", json!({"msg": "bad thing"}), "ValueError", "builtins", "bad thing"),
        (client(), "expected", json!({"msg": "k"}), "KeyError", "builtins", "'k'"),
        (client(), "custom", json!({"msg": "mine"}), "InteropError", "common", "mine"),
        (
            client(),
            "nosuch",
            json!({}),
            "NoSuchMethod",
            dispatcher,
            "Endpoint does not support RPC method nosuch",
        ),
        (
            client().version("1.9"),
            "add",
            json!({"a": 1, "b": 1}),
            "UnsupportedVersion",
            dispatcher,
            "Endpoint does not support RPC version 1.9. Attempted method: add",
        ),
    ] {
        let told = caller.fail(client, method, args).await;
        assert_eq!(told, (class.into(), module.into(), message.into()));
    }
    let custom = caller.try_call::<_, Value>(client(), "custom", json!({"msg": "mine"})).await;
    assert_eq!(custom.unwrap_err().kwargs["code"], 42);
}

/// timeout, monitor.
async fn time_runs(caller: &Caller) {
    let start = Instant::now();
    let hasty = caller.client.prepare().timeout(Duration::from_secs(1));
    assert_eq!(caller.fail(hasty, "slow", json!({"secs": 2.5})).await.0, "MessagingTimeout");
    assert!((900..2400).contains(&start.elapsed().as_millis()));
    let monitored = caller.client.prepare().timeout(Duration::from_secs(30));
    let monitored = monitored.call_monitor_timeout(Duration::from_secs(2));
    let slept: i64 = caller.try_call(monitored, "slow", json!({"secs": 5})).await.unwrap();
    assert_eq!(slept, 5);
}
