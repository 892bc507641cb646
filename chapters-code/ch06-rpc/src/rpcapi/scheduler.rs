//! The scheduler from outside (`nova/scheduler/rpcapi.py`).

use crate::{RpcClient, Target, Transport};
use async_trait::async_trait;
use nova_objects::{
    RemoteError, RequestContext, SchedulerRpc, Selection,
    sockets::{PrepResize, RunInstance, SelectDestinations},
};
use std::sync::Arc;

/// The topic on which the schedulers listen.
pub const TOPIC: &str = "scheduler";

/// The version of their methods.
pub const VERSION: &str = "4.3";

/// Any scheduler.
pub struct SchedulerAPI {
    client: RpcClient,
}

impl SchedulerAPI {
    /// The schedulers on `transport`.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self::over(RpcClient::new(transport, Target::topic(TOPIC)))
    }

    /// Those that `client` reaches: on another topic, or with another patience.
    pub fn over(client: RpcClient) -> Self {
        Self { client: client.version(VERSION) }
    }
}

#[async_trait]
impl SchedulerRpc for SchedulerAPI {
    // ANCHOR: run_instance
    async fn run_instance(
        &self,
        context: &RequestContext,
        args: RunInstance,
    ) -> Result<(), RemoteError> {
        self.client.cast(context, "run_instance", &args).await
    }
    // ANCHOR_END: run_instance

    async fn prep_resize(
        &self,
        context: &RequestContext,
        args: PrepResize,
    ) -> Result<(), RemoteError> {
        self.client.cast(context, "prep_resize", &args).await
    }

    // ANCHOR: select_destinations
    async fn select_destinations(
        &self,
        context: &RequestContext,
        args: SelectDestinations,
    ) -> Result<Vec<Selection>, RemoteError> {
        self.client.call(context, "select_destinations", &args).await
    }
    // ANCHOR_END: select_destinations
}
