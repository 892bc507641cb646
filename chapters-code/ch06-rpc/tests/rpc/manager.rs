//! The manager that all these tests call.

use nova_objects::{NovaException, RequestContext};
use nova_rpc::{Endpoint, MemoryTransport, RpcClient, RpcServer, RunningServer, Target, Transport};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{borrow::Cow, sync::Arc, time::Duration};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::sleep,
};

pub(crate) const TOPIC: &str = "interop";

/// What `boom` fails with.
#[derive(Debug, thiserror::Error)]
#[error("No valid host was found. {0}")]
pub(crate) struct NoValidHost(String);

impl NovaException for NoValidHost {
    fn class(&self) -> Cow<'_, str> {
        "NoValidHost".into()
    }

    fn kwargs(&self) -> Map<String, Value> {
        Map::from_iter([
            ("reason".to_owned(), self.0.clone().into()),
            ("code".to_owned(), 500.into()),
        ])
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Nothing {}

#[derive(Serialize, Deserialize)]
pub(crate) struct Add {
    pub(crate) a: i64,
    pub(crate) b: i64,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) v: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Slow {
    pub(crate) seconds: u64,
}

pub(crate) fn note(v: &str) -> Note {
    Note { v: v.to_owned() }
}

pub(crate) struct Manager {
    host: String,
    notes: UnboundedSender<String>,
}

impl Manager {
    fn endpoint(self: Arc<Self>) -> Endpoint<Self> {
        Endpoint::new(self, "1.5")
            .method("add", Self::add)
            .method("context", Self::context)
            .method("who", Self::who)
            .method("note", Self::note)
            .method("boom", Self::boom)
            .method("panic", Self::panic)
            .method("slow", Self::slow)
    }

    async fn add(self: Arc<Self>, _: RequestContext, args: Add) -> Result<i64, NoValidHost> {
        Ok(args.a + args.b)
    }

    async fn context(
        self: Arc<Self>,
        context: RequestContext,
        _: Nothing,
    ) -> Result<RequestContext, NoValidHost> {
        Ok(context)
    }

    async fn who(self: Arc<Self>, _: RequestContext, _: Nothing) -> Result<String, NoValidHost> {
        Ok(self.host.clone())
    }

    async fn note(self: Arc<Self>, _: RequestContext, args: Note) -> Result<(), NoValidHost> {
        let _ = self.notes.send(format!("{}: {}", self.host, args.v));
        Ok(())
    }

    async fn boom(self: Arc<Self>, _: RequestContext, args: Note) -> Result<(), NoValidHost> {
        Err(NoValidHost(args.v))
    }

    async fn panic(self: Arc<Self>, _: RequestContext, args: Note) -> Result<(), NoValidHost> {
        panic!("{}", args.v)
    }

    /// Says when it begins and when it ends.
    async fn slow(self: Arc<Self>, _: RequestContext, args: Slow) -> Result<u64, NoValidHost> {
        let _ = self.notes.send("begin".into());
        sleep(Duration::from_secs(args.seconds)).await;
        let _ = self.notes.send("end".into());
        Ok(args.seconds)
    }
}

/// Another manager of the same servers.
pub(crate) struct Greeter;

impl Greeter {
    async fn hello(self: Arc<Self>, _: RequestContext, args: Note) -> Result<String, NoValidHost> {
        Ok(format!("hello {}", args.v))
    }
}

/// A transport, and what its servers wrote down.
pub(crate) struct Site {
    pub(crate) transport: Arc<dyn Transport>,
    notes: UnboundedSender<String>,
    written: UnboundedReceiver<String>,
}

impl Site {
    pub(crate) fn new() -> Self {
        let (notes, written) = unbounded_channel();
        Self { transport: Arc::new(MemoryTransport::default()), notes, written }
    }

    pub(crate) async fn server(&self, host: &str) -> RunningServer {
        let manager = Manager { host: host.to_owned(), notes: self.notes.clone() };
        let greeter = Endpoint::new(Arc::new(Greeter), "2.1").namespace("ns");
        let target = Target::topic(TOPIC).server(host);
        RpcServer::new(Arc::clone(&self.transport), target, format!("{TOPIC}.{host}"))
            .endpoint(Arc::new(manager).endpoint())
            .endpoint(greeter.method("hello", Greeter::hello))
            .start()
            .await
            .unwrap()
    }

    pub(crate) fn client(&self) -> RpcClient {
        RpcClient::new(Arc::clone(&self.transport), Target::topic(TOPIC))
    }

    /// The next thing that a server wrote down.
    pub(crate) async fn written(&mut self) -> String {
        self.written.recv().await.unwrap()
    }

    /// What the servers wrote down and nobody read yet, once all is quiet (on a paused clock).
    pub(crate) async fn all_written(&mut self) -> Vec<String> {
        sleep(Duration::from_millis(1)).await;
        std::iter::from_fn(|| self.written.try_recv().ok()).collect()
    }
}

pub(crate) fn context() -> RequestContext {
    RequestContext { request_id: "req-1".into(), ..RequestContext::new("u1", "p1") }
}
