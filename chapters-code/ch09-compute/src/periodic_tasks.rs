//! What a host does now and again (`oslo_service.periodic_task`, and the methods of
//! `nova/compute/manager.py` that are marked with it).

use crate::{ComputeError, ComputeManager, Options};
use std::{pin::Pin, sync::Arc, time::Duration};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

type Work = Pin<Box<dyn Future<Output = Result<(), ComputeError>> + Send>>;

/// A method of the manager, and how often it runs.
pub(crate) struct PeriodicTask {
    name: &'static str,
    /// From one run to the next; zero means never.
    spacing: fn(&Options) -> Duration,
    /// Does it run as soon as the host starts, or one `spacing` later?
    run_immediately: bool,
    run: fn(Arc<ComputeManager>) -> Work,
}

/// How often a task runs that has no option to say it.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(60);

/// All of them. A heart beats beside them, for the service.
pub(crate) const PERIODIC_TASKS: [PeriodicTask; 4] = [
    PeriodicTask {
        name: "update_available_resource",
        spacing: |options| options.update_resources_interval,
        run_immediately: false,
        run: |manager| Box::pin(async move { manager.update_available_resource().await }),
    },
    PeriodicTask {
        name: "sync_power_states",
        spacing: |options| options.sync_power_state_interval,
        run_immediately: true,
        run: |manager| Box::pin(manager.sync_power_states()),
    },
    PeriodicTask {
        name: "reclaim_queued_deletes",
        spacing: |options| match options.reclaim_instance_interval {
            ..=0 => Duration::ZERO,
            _ => DEFAULT_INTERVAL,
        },
        run_immediately: false,
        run: |manager| Box::pin(async move { manager.reclaim_queued_deletes().await }),
    },
    PeriodicTask {
        name: "cleanup_running_deleted_instances",
        spacing: |options| options.running_deleted_instance_poll_interval,
        run_immediately: false,
        run: |manager| Box::pin(async move { manager.cleanup_running_deleted_instances().await }),
    },
];

impl PeriodicTask {
    /// Runs for as long as it is let. After a run that took its time, the next one is a whole
    /// spacing off too.
    pub(crate) async fn repeat(self, manager: Arc<ComputeManager>) {
        let spacing = (self.spacing)(&manager.options);
        if spacing.is_zero() {
            return;
        }
        let first = if self.run_immediately { Duration::ZERO } else { spacing };
        let mut ticks = interval_at(Instant::now() + first, spacing);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = (self.run)(Arc::clone(&manager)).await {
                tracing::warn!(%error, "the periodic task {} failed", self.name);
            }
        }
    }
}
