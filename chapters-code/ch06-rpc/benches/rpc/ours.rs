//! Our client and our server.

use crate::Peer;
use nova_objects::{Fields, RemoteError, RequestContext};
use nova_rpc::{Endpoint, MemoryTransport, RpcClient, RpcServer, RunningServer, Target, Transport};
use serde_json::Value;
use std::sync::{Arc, Mutex};

/// What is called: it gives back what it gets.
struct Echo;

impl Echo {
    async fn echo(self: Arc<Self>, _: RequestContext, args: Fields) -> Result<Fields, RemoteError> {
        Ok(args)
    }
}

/// A server and a client of it.
pub(crate) struct Ours {
    client: RpcClient,
    context: RequestContext,
    args: Fields,
    topic: String,
    exchange: String,
    server: Mutex<Option<RunningServer>>,
    transports: [Arc<dyn Transport>; 2],
}

impl Ours {
    pub(crate) async fn in_memory() -> Self {
        let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
        Self::on([Arc::clone(&transport), transport], String::new()).await
    }

    /// Client and server as if in two processes.
    pub(crate) async fn over(url: &str) -> Self {
        let exchange = format!("exchange_{}", uuid::Uuid::new_v4().simple());
        let transport = || -> Arc<dyn Transport> {
            let options = nova_rpc::RabbitOptions {
                control_exchange: exchange.clone(),
                ..nova_rpc::RabbitOptions::default()
            };
            Arc::new(nova_rpc::AmqpTransport::new(url, options).expect("a URL"))
        };
        Self::on([transport(), transport()], exchange.clone()).await
    }

    async fn on(transports: [Arc<dyn Transport>; 2], exchange: String) -> Self {
        let [here, there] = &transports;
        let topic = format!("topic_{}", uuid::Uuid::new_v4().simple());
        let target = Target::topic(&topic).server("host-1");
        let endpoint = Endpoint::new(Arc::new(Echo), "1.0").method("echo", Echo::echo);
        let server = RpcServer::new(Arc::clone(there), target, "echo").endpoint(endpoint);
        let server = Mutex::new(Some(server.start().await.expect("a broker")));
        let client = RpcClient::new(Arc::clone(here), Target::topic(&topic));
        let args = Fields::from_iter([("v".to_owned(), Value::from(load()))]);
        let context = RequestContext::new("alice", "demo");
        Self { client, context, args, topic, exchange, server, transports }
    }

    /// Ends the server and takes leave of the broker.
    pub(crate) async fn leave(&self) {
        let server = self.server.lock().ok().and_then(|mut server| server.take());
        if let Some(server) = server {
            server.stop().await;
        }
        for transport in &self.transports {
            transport.close().await;
        }
    }

    /// The queues and the exchange that outlive it.
    pub(crate) fn names(&self) -> [String; 3] {
        [self.topic.clone(), format!("{}.host-1", self.topic), self.exchange.clone()]
    }
}

/// About as much as the object that a compute service saves.
pub(crate) fn load() -> String {
    "x".repeat(1024)
}

impl Peer for Ours {
    async fn call(&self) {
        let echoed = self.client.call::<_, Fields>(&self.context, "echo", &self.args);
        assert_eq!(echoed.await.expect("an answer"), self.args);
    }

    async fn cast(&self) {
        self.client.cast(&self.context, "echo", &self.args).await.expect("it is sent");
    }
}
