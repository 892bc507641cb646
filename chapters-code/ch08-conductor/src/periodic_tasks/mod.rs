//! What a conductor does without being asked (`nova/service.py`, `periodic_tasks`).
//!
//! A message is acknowledged before its method runs. So a service that dies takes with it what it
//! had in hand, and nobody else knows. In Nova each host looks after its own instances, and one
//! whose host is dead waits until it comes back; one that had no host yet is nobody's. Here a
//! service with a database looks after all. Several may look at once: what they find, one of them
//! ends.

mod build_timeout;
mod dead_hosts;

use self::{build_timeout::BuildTimeout, dead_hosts::DeadHosts};
use async_trait::async_trait;
use nova_objects::{
    Instance, InstanceFault, NovaObject, RequestContext, Store, StoreError, Tracked,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

/// How often each of them looks, unless it is about less time than that.
const SPACING: Duration = Duration::from_secs(10);

/// Looks, now and again, for what somebody has left half done. Dropped, it stops.
pub struct PeriodicTasks {
    tasks: JoinSet<()>,
}

/// How patient it is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// `[DEFAULT] instance_build_timeout`: how long a server may be in the making, from its
    /// creation on; zero means for ever.
    pub instance_build_timeout: Duration,
    /// `[DEFAULT] service_down_time`: after how many seconds of silence a service counts as dead.
    pub service_down_time: f64,
}

/// One thing to look after.
#[async_trait]
trait PeriodicTask: Send + Sync + 'static {
    /// How long somebody has who is looked after.
    fn patience(&self) -> Duration;

    /// One look.
    async fn look(&self, store: &dyn Store, context: &RequestContext) -> Result<(), StoreError>;
}

impl PeriodicTasks {
    /// Starts to look, in `store`: at once, and then every ten seconds.
    pub fn start(store: &Arc<dyn Store>, patience: Patience) -> Self {
        let Patience { instance_build_timeout, service_down_time } = patience;
        let mut tasks = JoinSet::new();
        if !instance_build_timeout.is_zero() {
            tasks.spawn(watch(Arc::clone(store), BuildTimeout(instance_build_timeout)));
        }
        tasks.spawn(watch(Arc::clone(store), DeadHosts { service_down_time }));
        Self { tasks }
    }

    /// Looks no more.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

async fn watch(store: Arc<dyn Store>, task: impl PeriodicTask) {
    let mut ticks = interval(SPACING.min(task.patience()).max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = task.look(&*store, &RequestContext::admin()).await {
            tracing::warn!(%error, "what others have left half done was not looked after");
        }
    }
}

/// Writes what has changed in `instance`, if it still is as it was found, and `fault`, if there is
/// one. If it is not, somebody has just done something to it, which is a sign of life, or the end
/// of it; or another conductor was faster. Says whether it was written.
async fn end(
    store: &dyn Store,
    context: &RequestContext,
    mut instance: Tracked<Instance>,
    fault: Option<InstanceFault>,
) -> Result<bool, StoreError> {
    // ANCHOR: end
    // The fault comes first: who sees the ERROR is to find its reason too.
    let fault = match fault {
        Some(fault) => Some(fault.create(store, context).await?),
        None => None,
    };
    let found = instance.as_found(&["vm_state", "task_state", "host"]);
    let saved = instance.save_on_match(store, context, &found).await;
    match (saved, fault) {
        (Ok(()), _) => return Ok(true),
        (Err(lost), None) if is_lost(&lost) => {}
        (Err(lost), Some(fault)) if is_lost(&lost) => fault.destroy(store, context).await?,
        (Err(error), _) => return Err(error),
    }
    Ok(false)
    // ANCHOR_END: end
}

/// Did somebody else get there first?
fn is_lost(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::UnexpectedTaskState { .. }
            | StoreError::UpdateConflict { .. }
            | StoreError::NotFound { .. }
    )
}
