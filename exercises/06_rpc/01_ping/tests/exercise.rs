//! The rules of this exercise.

use kit::{House, rule, rule_that};
use mini_nova::{Conf, installed::Surroundings};
use nova_objects::{MemoryStore, RemoteError, RequestContext, Store};
use nova_rpc::{Endpoint, MemoryTransport, RpcClient, RpcServer, RunningServer, Target, Transport};
use ping::offer;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// A service with one method of its own, `uptime`, version 4.11.
struct Manager;

impl Manager {
    async fn uptime(
        self: Arc<Self>,
        _: RequestContext,
        _: Map<String, Value>,
    ) -> Result<String, RemoteError> {
        Ok("up".into())
    }
}

/// A service on host-7, as long as the server is kept; a client of its pings, and one of the rest.
async fn service() -> (RunningServer, RpcClient, RpcClient) {
    let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let (host, topic) = ("host-7", Target::topic("compute"));
    let target = topic.clone().server(host);
    let own = Endpoint::new(Arc::new(Manager), "4.11").method("uptime", Manager::uptime);
    let server = RpcServer::new(Arc::clone(&transport), target, "compute").endpoint(own);
    let surroundings = Surroundings { store: &store, transport: &transport, host };
    let server = offer(server, &surroundings).start().await.unwrap();
    let rest = RpcClient::new(Arc::clone(&transport), topic.clone().version("4.0"));
    (server, RpcClient::new(transport, topic.namespace("baserpc")), rest)
}

/// The answer, or the class of the error.
async fn call(client: &RpcClient, method: &str, args: &Value) -> Value {
    let answer = client.call(&RequestContext::admin(), method, args).await;
    answer.unwrap_or_else(|error: RemoteError| error.class.as_str().into())
}

#[tokio::test]
async fn the_answer_is_the_host_and_what_it_was_given() {
    let (_server, client, _) = service().await;
    for arg in [json!("hello"), json!(null), json!([1, { "two": 2.5 }])] {
        let expected = json!({ "service": "host-7", "arg": arg });
        let got = call(&client, "ping", &json!({ "arg": arg })).await;
        rule(&format!("ping with {arg}"), expected, got);
    }
    let got = call(&client, "ping", &json!({})).await;
    rule("ping with nothing", json!("TypeError"), got);
}

#[tokio::test]
async fn it_is_in_a_namespace_of_its_own() {
    let (_server, client, main) = service().await;
    rule("the service's own method", json!("up"), call(&main, "uptime", &json!({})).await);
    let arg = json!({ "arg": 1 });
    let got = call(&main, "ping", &arg).await;
    rule("no namespace: there is no such method", json!("NoSuchMethod"), got);
    let got = call(&client.prepare().namespace("base"), "ping", &arg).await;
    rule("another namespace: nobody serves it", json!("UnsupportedVersion"), got);
    let got = call(&client, "uptime", &json!({})).await;
    rule("in baserpc there is no uptime", json!("NoSuchMethod"), got);
}

#[tokio::test]
async fn a_client_that_is_newer_is_refused() {
    let (_server, client, _) = service().await;
    for (version, answered) in [("1.0", true), ("1.1", true), ("1.2", false), ("2.0", false)] {
        let got = call(&client.prepare().version(version), "ping", &json!({ "arg": 1 })).await;
        let refused = json!("UnsupportedVersion");
        let expected = if answered { json!({ "service": "host-7", "arg": 1 }) } else { refused };
        rule(&format!("a client of version {version}"), expected, got);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_each_host_answers_for_itself() {
    let mut conf = Conf::default();
    conf.installed.compute_endpoints.push(offer);
    let house = House::start(conf).await;
    let client = house.rpc("compute").namespace("baserpc").version("1.1");
    let context = RequestContext::admin();
    let mut answers = Vec::new();
    for host in ["host-1", "host-2", "host-3"] {
        let one = client.prepare().server(host);
        let answer: Result<Value, RemoteError> =
            one.call(&context, "ping", &json!({ "arg": host })).await;
        answers.push(answer.unwrap_or_else(|error| error.class.as_str().into()));
    }
    let flow = house.flow(&context.request_id).await;
    house.stop().await;
    let expected = ["host-1", "host-2", "host-3"].map(|h| json!({ "service": h, "arg": h }));
    rule("each host answers, and names itself", expected.to_vec(), answers);
    rule_that("the flow shows the ping", flow.contains("compute.host-1 ping"), flow);
}
