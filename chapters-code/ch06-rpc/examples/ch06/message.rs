//! A call that nobody answers, as it lies in the queue.

use crate::SHORT;
use futures_util::StreamExt;
use nova_objects::RequestContext;
use nova_rpc::{Address, RpcClient, Target, Transport, envelope};
use serde_json::{Value, json};
use std::{error::Error, sync::Arc};

pub(crate) async fn show(
    transport: &Arc<dyn Transport>,
    context: &RequestContext,
) -> Result<(), Box<dyn Error>> {
    let target = Target::topic("ch06-nobody");
    let mut bodies = transport.consume(&Address::of(&target)).await?;
    let client = RpcClient::new(Arc::clone(transport), target).timeout(SHORT);
    let call = async { client.call::<_, Value>(context, "get_host_uptime", &json!({})).await };
    let (_, body) = tokio::join!(call, bodies.next());
    let body = String::from_utf8(body.unwrap_or_default())?;
    let message: Value = envelope::open(body.as_bytes())?;
    let mut text = format!("{body:.88}...\n{message:#}");
    for key in ["_msg_id", "_reply_q", "_unique_id", "_context_traceparent"] {
        text = text.replace(message[key].as_str().unwrap_or_default(), &format!("<{key}>"));
    }
    println!("{text}");
    Ok(())
}
