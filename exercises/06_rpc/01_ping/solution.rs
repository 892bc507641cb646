//! A method that every compute service answers (`nova/baserpc.py`).

use mini_nova::installed::Surroundings;
use nova_objects::{RemoteError, RequestContext};
use nova_rpc::{Endpoint, RpcServer};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What every service answers, whatever else it does (`BaseRPCAPI`).
struct BaseRpc {
    /// The host that it is on.
    host: String,
}

/// What `ping` is given.
#[derive(Deserialize)]
struct Ping {
    /// Anything.
    arg: Value,
}

// SOLUTION
// ANCHOR: solution
/// Lets `server` answer to pings too.
pub fn offer(server: RpcServer, surroundings: &Surroundings<'_>) -> RpcServer {
    let base_rpc = Arc::new(BaseRpc { host: surroundings.host.to_owned() });
    let endpoint = Endpoint::new(base_rpc, "1.1").namespace("baserpc");
    server.endpoint(endpoint.method("ping", BaseRpc::ping))
}

impl BaseRpc {
    async fn ping(self: Arc<Self>, _: RequestContext, args: Ping) -> Result<Value, RemoteError> {
        Ok(json!({ "service": self.host, "arg": args.arg }))
    }
}
// ANCHOR_END: solution
// STARTER
// /// Lets `server` answer to pings too. So far it does not.
// pub fn offer(server: RpcServer, _surroundings: &Surroundings<'_>) -> RpcServer {
//     server
// }
//
// impl BaseRpc {
//     async fn ping(self: Arc<Self>, _: RequestContext, args: Ping) -> Result<Value, RemoteError> {
//         Ok(args.arg)
//     }
// }
// END
