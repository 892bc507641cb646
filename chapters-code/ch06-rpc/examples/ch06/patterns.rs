//! Call, cast and fanout.

use crate::{
    SHORT,
    host::{self, Reboot},
};
use nova_objects::RequestContext;
use nova_rpc::{RpcClient, Target, Transport};
use serde_json::json;
use std::{error::Error, sync::Arc};
use tokio::time::sleep;

// ANCHOR: patterns
pub(crate) async fn show(
    transport: &Arc<dyn Transport>,
    context: &RequestContext,
) -> Result<(), Box<dyn Error>> {
    let any = RpcClient::new(Arc::clone(transport), Target::topic(host::TOPIC).version("4.0"));
    let (host_2, all) = (any.prepare().server("host-2"), any.prepare().fanout());
    for (to, client) in [("compute.host-2", &host_2), ("compute", &any), ("compute", &any)] {
        println!("call {to} get_host_uptime");
        let answer: String = client.call(context, "get_host_uptime", &json!({})).await?;
        println!("  {answer}");
    }
    for (what, client) in [("cast compute.host-2", &host_2), ("fanout compute", &all)] {
        println!("{what} reboot_instance");
        client.cast(context, "reboot_instance", &Reboot { instance: "demo".into() }).await?;
        sleep(SHORT).await;
    }
    Ok(())
}
// ANCHOR_END: patterns
