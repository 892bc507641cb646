//! What services in several processes see of one request, brought together.
//!
//! Each process sends what it has seen to all who collect it: a fanout, so that there may be more
//! than one API process, and each knows all. This way is not itself on the map.

use crate::{Conf, Error, flow_service::FlowService, wiring};
use futures_util::StreamExt;
use nova_objects::RequestContext;
use nova_rpc::{Address, Consumer, Request, RpcClient, Transport, envelope};
use nova_traces::{Flows, Segment};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::oneshot,
    task::JoinSet,
    time::{interval, timeout},
};
use tracing::dispatcher::{Dispatch, with_default};

/// How long what has been seen may wait for more to be sent with it.
const SPACING: Duration = Duration::from_millis(100);

/// How many segments one message holds.
const BATCH: usize = 64;

/// Sends what this process has seen.
pub(crate) struct FlowSender {
    stop: oneshot::Sender<()>,
    task: JoinSet<()>,
}

impl FlowSender {
    pub(crate) fn start(conf: &Conf, flows: Flows, transport: &Arc<dyn Transport>) -> Self {
        let client = wiring::rpc_client(conf, transport).topic(&conf.flow.topic).fanout();
        let (stop, mut stopped) = oneshot::channel();
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut ticks = interval(SPACING);
            loop {
                tokio::select! {
                    _ = &mut stopped => return send(&client, &flows).await,
                    _ = ticks.tick() => send(&client, &flows).await,
                }
            }
        });
        Self { stop, task }
    }

    /// Sends the last, if the broker takes it soon.
    pub(crate) async fn stop(mut self) {
        drop(self.stop);
        if timeout(Duration::from_secs(1), self.task.join_next()).await.is_err() {
            tracing::debug!("the last of what was seen was not sent");
        }
    }
}

// ANCHOR: send
async fn send(client: &RpcClient, flows: &Flows) {
    for segments in flows.take_closed().chunks(BATCH) {
        let (context, args) = (RequestContext::admin(), json!({ "segments": segments }));
        let cast = with_default(&Dispatch::none(), || client.cast(&context, "collect", &args));
        if let Err(error) = cast.await {
            tracing::debug!(%error, "what was seen was not sent");
        }
    }
}
// ANCHOR_END: send

/// Keeps what all processes have seen, and tells it.
pub(crate) struct FlowCollector {
    service: FlowService,
    _task: JoinSet<()>,
}

impl FlowCollector {
    pub(crate) async fn start(conf: &Conf, transport: &Arc<dyn Transport>) -> Result<Self, Error> {
        let flows = Flows::default();
        let service = FlowService::start(conf, flows.clone()).await?;
        let topic = conf.flow.topic.clone();
        let batches = transport.consume(&Address::Fanout { topic }).await?;
        let mut task = JoinSet::new();
        task.spawn(collect(batches, flows));
        Ok(Self { service, _task: task })
    }

    /// Where it tells.
    pub(crate) fn endpoint(&self) -> &str {
        self.service.endpoint()
    }

    pub(crate) async fn stop(self) {
        self.service.stop().await;
    }
}

async fn collect(mut batches: Consumer, flows: Flows) {
    while let Some(batch) = batches.next().await {
        match envelope::open::<Request>(&batch) {
            Ok(mut request) => {
                let segments = request.args.remove("segments").unwrap_or_default();
                match serde_json::from_value::<Vec<Segment>>(segments) {
                    Ok(segments) => flows.add(segments),
                    Err(error) => tracing::warn!(%error, "dropped what somebody has seen"),
                }
            }
            Err(error) => tracing::warn!(%error, "dropped what somebody has seen"),
        }
    }
}
