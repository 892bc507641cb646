//! The compute services from outside (`nova/compute/rpcapi.py`).

use crate::{RpcClient, Target, Transport};
use async_trait::async_trait;
use nova_objects::{ComputeRpc, RemoteError, RequestContext};
use serde_json::Value;
use std::sync::Arc;

/// The topic on which the compute services listen.
pub const TOPIC: &str = "compute";

/// The version of their methods.
pub const VERSION: &str = "4.11";

/// The compute service of a host that is named with each message.
pub struct ComputeAPI {
    client: RpcClient,
}

impl ComputeAPI {
    /// The compute services on `transport`.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self::over(RpcClient::new(transport, Target::topic(TOPIC)))
    }

    /// Those that `client` reaches: on another topic, or with another patience.
    pub fn over(client: RpcClient) -> Self {
        Self { client: client.version(VERSION) }
    }

    fn on(&self, host: &str) -> RpcClient {
        self.client.prepare().server(host)
    }
}

#[async_trait]
impl ComputeRpc for ComputeAPI {
    async fn cast(
        &self,
        context: &RequestContext,
        host: &str,
        method: &'static str,
        args: Value,
    ) -> Result<(), RemoteError> {
        self.on(host).cast(context, method, &args).await
    }

    async fn call(
        &self,
        context: &RequestContext,
        host: &str,
        method: &'static str,
        args: Value,
    ) -> Result<Value, RemoteError> {
        self.on(host).call(context, method, &args).await
    }
}
