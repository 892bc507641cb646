//! The end of a server, and who has its messages then.

use crate::broker::Corner;
use nova_objects::{RemoteError, RequestContext};
use nova_rpc::{Endpoint, RpcClient, RpcServer, RunningServer, Target, Transport};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::sleep;

/// Takes its time over each thing, and writes down which it has done.
#[derive(Default)]
struct Worker(Mutex<BTreeMap<u64, u32>>);

impl Worker {
    async fn work(self: Arc<Self>, _: RequestContext, args: Value) -> Result<(), RemoteError> {
        sleep(Duration::from_millis(500)).await;
        *self.0.lock().unwrap().entry(args["n"].as_u64().unwrap()).or_default() += 1;
        Ok(())
    }

    fn done(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

async fn server(
    transport: &Arc<dyn Transport>,
    corner: &Corner,
    host: &str,
    worker: &Arc<Worker>,
) -> RunningServer {
    let endpoint = Endpoint::new(Arc::clone(worker), "1.0").method("work", Worker::work);
    let target = Target::topic(&corner.topic).server(host);
    let server = RpcServer::new(Arc::clone(transport), target, host);
    server.endpoint(endpoint).start().await.unwrap()
}

/// It finishes what it has in hand. What it was sent and did not begin with, another one gets.
#[tokio::test]
async fn a_server_that_stops_loses_nothing() {
    let Some(corner) = Corner::new() else { return };
    let transport = corner.transport();
    let worker = Arc::<Worker>::default();
    let first = server(&transport, &corner, "host-1", &worker).await;
    let client = RpcClient::new(Arc::clone(&transport), Target::topic(&corner.topic));
    let context = RequestContext::admin();
    for n in 0..100 {
        client.cast(&context, "work", &json!({ "n": n })).await.unwrap();
    }
    first.stop().await;
    let in_hand = worker.done();
    assert!((1..100).contains(&in_hand), "{in_hand}");
    let second = server(&transport, &corner, "host-2", &worker).await;
    for _ in 0..100 {
        if worker.done() == 100 {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    second.stop().await;
    let done = worker.0.lock().unwrap().clone();
    assert!(done.len() == 100 && done.values().all(|times| *times == 1), "{done:?}");
    transport.close().await;
    corner.tidy(&["host-1", "host-2"]).await;
}
