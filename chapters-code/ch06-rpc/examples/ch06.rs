//! Chapter 6's program: two servers, three kinds of message, and one message as a broker sees it.

use futures_util::StreamExt;
use nova_objects::{Fields, RemoteError, RequestContext};
use nova_rpc::{
    Address, Endpoint, MemoryTransport, RpcClient, RpcServer, Target, Transport, envelope,
};
use serde_json::{Value, json};
use std::{error::Error, sync::Arc, time::Duration};

const SHORT: Duration = Duration::from_millis(10);
struct Host(&'static str);

impl Host {
    async fn uptime(self: Arc<Self>, _: RequestContext, _: Fields) -> Result<String, RemoteError> {
        Ok(format!("{} is up", self.0))
    }

    async fn reboot(self: Arc<Self>, _: RequestContext, args: Fields) -> Result<(), RemoteError> {
        println!("  {} reboots {}", self.0, args["instance"]);
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (transport, mut servers) = (Arc::new(MemoryTransport::default()), Vec::new());
    for host in ["host-1", "host-2"] {
        let endpoint = Endpoint::new(Arc::new(Host(host)), "4.11")
            .method("get_host_uptime", Host::uptime)
            .method("reboot_instance", Host::reboot);
        let server = RpcServer::new(transport.clone(), Target::topic("compute").server(host), host);
        servers.push(server.endpoint(endpoint).start().await?);
    }
    let context = RequestContext { request_id: "req-1".into(), timestamp: None, ..<_>::default() };
    let any = RpcClient::new(transport.clone(), Target::topic("compute").version("4.0"));
    let (host_2, all) = (any.prepare().server("host-2"), any.prepare().fanout());
    for (to, client) in [("compute.host-2", &host_2), ("compute", &any), ("compute", &any)] {
        let answer: String = client.call(&context, "get_host_uptime", &json!({})).await?;
        println!("call {to} get_host_uptime\n  {answer}");
    }
    for (what, client) in [("cast compute.host-2", &host_2), ("fanout compute", &all)] {
        println!("{what} reboot_instance");
        client.cast(&context, "reboot_instance", &json!({"instance": "demo"})).await?;
        tokio::time::sleep(SHORT).await;
    }

    let mut bodies = transport.consume(&Address::of(&Target::topic("nobody"))).await?;
    let client = RpcClient::new(transport, Target::topic("nobody")).timeout(SHORT);
    let call = async { client.call::<_, String>(&context, "get_host_uptime", &json!({})).await };
    let (answer, body) = tokio::join!(call, bodies.next());
    let body = String::from_utf8(body.unwrap_or_default())?;
    let message: Value = envelope::open(body.as_bytes())?;
    let mut text = format!("{body:.88}...\n{message:#}\n{}", answer.unwrap_or_else(|e| e.message));
    for key in ["_msg_id", "_reply_q", "_unique_id", "_context_traceparent"] {
        text = text.replace(message[key].as_str().unwrap_or_default(), &format!("<{key}>"));
    }
    println!("call nobody get_host_uptime\n{text}");
    Ok(())
}
