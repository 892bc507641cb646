//! Python's client and our server.

use crate::{
    broker::Corner,
    python::{Script, python},
};
use nova_objects::{Fields, RemoteError, RequestContext};
use nova_rpc::{Endpoint, RpcServer, Target};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::sleep,
};

/// What `tests/interop/server.py` offers.
struct Manager(UnboundedSender<Value>);

#[derive(Deserialize)]
struct Echo {
    v: Value,
}

#[derive(Deserialize)]
struct Add {
    a: i64,
    b: i64,
}

#[derive(Deserialize)]
struct Slow {
    secs: f64,
}

#[derive(Deserialize)]
struct Message {
    msg: String,
}

type Answer<T> = Result<T, RemoteError>;

impl Manager {
    fn endpoint(self: Arc<Self>) -> Endpoint<Self> {
        Endpoint::new(self, "1.5")
            .method("echo", Self::echo)
            .method("add", Self::add)
            .method("ctx", Self::ctx)
            .method("none", Self::none)
            .method("big", Self::big)
            .method("note", Self::note)
            .method("slow", Self::slow)
            .method("boom", Self::boom)
            .method("expected", Self::expected)
            .method("custom", Self::custom)
    }

    async fn echo(self: Arc<Self>, _: RequestContext, Echo { v }: Echo) -> Answer<Value> {
        Ok(v)
    }

    async fn add(self: Arc<Self>, _: RequestContext, Add { a, b }: Add) -> Answer<i64> {
        Ok(a + b)
    }

    async fn ctx(self: Arc<Self>, context: Fields, _: Fields) -> Answer<Fields> {
        Ok(context)
    }

    async fn none(self: Arc<Self>, _: RequestContext, _: Fields) -> Answer<()> {
        Ok(())
    }

    async fn big(self: Arc<Self>, _: RequestContext, args: Fields) -> Answer<Vec<u64>> {
        Ok((0..args["n"].as_u64().unwrap()).collect())
    }

    async fn note(self: Arc<Self>, _: RequestContext, Echo { v }: Echo) -> Answer<()> {
        self.0.send(v).unwrap();
        Ok(())
    }

    async fn slow(self: Arc<Self>, _: RequestContext, Slow { secs }: Slow) -> Answer<f64> {
        sleep(Duration::from_secs_f64(secs)).await;
        Ok(secs)
    }

    async fn boom(self: Arc<Self>, _: RequestContext, args: Message) -> Answer<()> {
        Err(error("ValueError", "builtins", args.msg))
    }

    async fn expected(self: Arc<Self>, _: RequestContext, args: Message) -> Answer<()> {
        Err(error("KeyError", "builtins", args.msg))
    }

    async fn custom(self: Arc<Self>, _: RequestContext, args: Message) -> Answer<()> {
        let kwargs = Map::from_iter([("code".to_owned(), 42.into())]);
        Err(RemoteError { kwargs, ..error("InteropError", "common", args.msg) })
    }

    async fn hello(self: Arc<Self>, _: RequestContext, args: Fields) -> Answer<String> {
        Ok(format!("hello {}", args["name"].as_str().unwrap()))
    }
}

fn error(class: &str, module: &str, message: String) -> RemoteError {
    RemoteError { class: class.into(), module: module.into(), message, kwargs: Map::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn pythons_client_is_served() {
    let (Some(python), Some(corner)) = (python(), Corner::new()) else { return };
    let (notes, mut noted) = unbounded_channel();
    let manager = Arc::new(Manager(notes));
    let greeter = Endpoint::new(Arc::clone(&manager), "2.1").namespace("ns");
    let transport = corner.transport();
    let target = Target::topic(&corner.topic).server("srv1");
    let server = RpcServer::new(Arc::clone(&transport), target, "interop")
        .endpoint(manager.endpoint())
        .endpoint(greeter.method("hello", Manager::hello))
        .start()
        .await
        .unwrap();
    let mut client = Script::start(&python, "client.py", &corner, &["all"]);
    let mut passed = 0;
    while let Some(line) = client.line().await {
        assert!(line.starts_with("ok "), "{line}");
        passed += 1;
    }
    assert_eq!(passed, 17);
    assert!(noted.recv().await.unwrap().as_str().unwrap().starts_with("cast-"));
    assert_eq!(noted.recv().await.unwrap(), "fanout");
    server.stop().await;
    transport.close().await;
    corner.tidy(&["srv1"]).await;
}
