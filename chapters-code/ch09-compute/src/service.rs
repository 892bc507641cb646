//! The service around the manager (`nova/service.py`, `nova/compute/manager.py` periodic tasks).

use crate::{ComputeError, ComputeManager};
use nova_rpc::{Heartbeat, rpcapi::compute::TOPIC};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};

/// The name under which it reports.
pub const BINARY: &str = "nova-compute";

/// What a compute service does without being asked: it says that it is alive, and what it has.
///
/// Dropped, it stops.
pub struct ComputeService {
    manager: Arc<ComputeManager>,
    heart: Heartbeat,
    tasks: JoinSet<()>,
}

impl ComputeService {
    /// Brings the host to where it can take messages, and keeps its rows fresh from then on.
    ///
    /// Start the RPC server after this: a message that comes earlier meets a host that does not
    /// know yet what it has.
    ///
    /// # Errors
    ///
    /// The hypervisor does not start, or the store does not answer.
    pub async fn start(manager: Arc<ComputeManager>) -> Result<Self, ComputeError> {
        manager.init_host().await?;
        let (store, options) = (Arc::clone(&manager.store), &manager.options);
        let every = options.report_interval;
        let heart = Heartbeat::start(store, &options.host, BINARY, TOPIC, every).await;
        manager.update_available_resource().await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(audit(Arc::clone(&manager)));
        Ok(Self { manager, heart, tasks })
    }

    /// Ends the periodic tasks, waits until they have, and lets go of the hypervisor.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        self.heart.stop().await;
        if let Err(error) = self.manager.cleanup_host().await {
            tracing::warn!(%error, "the hypervisor was not let go");
        }
    }
}

async fn audit(manager: Arc<ComputeManager>) {
    let Some(mut audits) = every(manager.options.update_resources_interval) else { return };
    loop {
        audits.tick().await;
        if let Err(error) = manager.update_available_resource().await {
            tracing::warn!(%error, "the resources were not counted");
        }
    }
}

/// Ticks from one `spacing` from now on; after a delay the next one is a whole `spacing` off too.
fn every(spacing: Duration) -> Option<Interval> {
    if spacing.is_zero() {
        return None;
    }
    let mut ticks = interval_at(Instant::now() + spacing, spacing);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Some(ticks)
}
