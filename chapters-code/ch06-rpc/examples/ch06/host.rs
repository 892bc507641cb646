//! Two compute services that know two methods.

use nova_objects::{Fields, RemoteError, RequestContext, StoreError};
use nova_rpc::{Endpoint, MessagingError, RpcServer, RunningServer, Target, Transport};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where they listen. (On a broker that others use, too, `compute` would be somebody else's.)
pub(crate) const TOPIC: &str = "ch06-compute";

/// What is rebooted.
#[derive(Serialize, Deserialize)]
pub(crate) struct Reboot {
    pub(crate) instance: String,
}

struct Host(&'static str);

impl Host {
    async fn uptime(self: Arc<Self>, _: RequestContext, _: Fields) -> Result<String, RemoteError> {
        Ok(format!("{} is up", self.0))
    }

    async fn reboot(self: Arc<Self>, _: RequestContext, args: Reboot) -> Result<(), StoreError> {
        if args.instance == "gone" {
            return Err(StoreError::NotFound { class: "Instance".into(), key: args.instance });
        }
        println!("  {} reboots {}", self.0, args.instance);
        Ok(())
    }
}

pub(crate) async fn start_both(
    transport: &Arc<dyn Transport>,
) -> Result<Vec<RunningServer>, MessagingError> {
    let mut servers = Vec::new();
    for host in ["host-1", "host-2"] {
        // ANCHOR: server
        let endpoint = Endpoint::new(Arc::new(Host(host)), "4.11")
            .method("get_host_uptime", Host::uptime)
            .method("reboot_instance", Host::reboot);
        let target = Target::topic(TOPIC).server(host);
        let server = RpcServer::new(Arc::clone(transport), target, host);
        servers.push(server.endpoint(endpoint).start().await?);
        // ANCHOR_END: server
    }
    Ok(servers)
}
