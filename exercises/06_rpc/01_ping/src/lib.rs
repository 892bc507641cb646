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

/// Lets `server` answer to pings too. So far it does not.
pub fn offer(server: RpcServer, _surroundings: &Surroundings<'_>) -> RpcServer {
    server
}

impl BaseRpc {
    async fn ping(self: Arc<Self>, _: RequestContext, args: Ping) -> Result<Value, RemoteError> {
        Ok(args.arg)
    }
}
