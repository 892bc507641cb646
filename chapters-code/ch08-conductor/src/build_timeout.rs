//! Servers that nobody builds any more (`nova/compute/manager.py` `_check_instance_build_time`).
//!
//! A message is acknowledged before its method runs. So a scheduler or a compute service that dies
//! takes with it what it had in hand, and nobody else knows. In Nova each host looks after its own
//! instances; one that had no host yet is nobody's. Here a service with a database looks after all.

use nova_objects::{
    DateTime, Instance, InstanceFault, NovaException, NovaObject, Query, RequestContext, Store,
    StoreError, Tracked, VmState,
};
use std::{borrow::Cow, sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

/// How often it looks, unless servers have less time than that.
const SPACING: Duration = Duration::from_secs(10);

/// Looks for servers that are in the making for too long, and puts them into ERROR. Dropped, it
/// stops.
pub struct BuildTimeout {
    tasks: JoinSet<()>,
}

/// What the fault of such a server says.
#[derive(Debug, thiserror::Error)]
#[error("Instance build timed out after {} seconds.", .0.as_secs())]
struct InstanceBuildTimeout(Duration);

impl NovaException for InstanceBuildTimeout {
    fn class(&self) -> Cow<'_, str> {
        "InstanceBuildTimeout".into()
    }
}

impl BuildTimeout {
    /// Starts to look, in `store`, every ten seconds. A server has `instance_build_timeout` from
    /// its creation on; zero means for ever.
    pub fn start(store: Arc<dyn Store>, instance_build_timeout: Duration) -> Self {
        let mut tasks = JoinSet::new();
        if !instance_build_timeout.is_zero() {
            tasks.spawn(watch(store, instance_build_timeout));
        }
        Self { tasks }
    }

    /// Looks no more.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

async fn watch(store: Arc<dyn Store>, timeout: Duration) {
    let mut ticks = interval(SPACING.min(timeout));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = check_instance_build_time(&*store, timeout).await {
            tracing::warn!(%error, "servers in the making were not looked after");
        }
    }
}

/// One look.
async fn check_instance_build_time(store: &dyn Store, timeout: Duration) -> Result<(), StoreError> {
    let (context, now) = (RequestContext::admin(), DateTime::now());
    let building = Query::all().with("vm_state", VmState::Building.as_str()).with("deleted", false);
    for instance in Instance::list(store, &context, building).await? {
        let age = instance.created_at.map_or(0.0, |created| now.seconds_from(created));
        if age >= timeout.as_secs_f64() {
            give_up(store, &context, instance, timeout).await?;
        }
    }
    Ok(())
}

/// ERROR, and a fault that says why; unless somebody has just done something to the instance,
/// which is a sign of life, or the end of it.
async fn give_up(
    store: &dyn Store,
    context: &RequestContext,
    mut instance: Tracked<Instance>,
    timeout: Duration,
) -> Result<(), StoreError> {
    tracing::warn!(instance = instance.uuid, "Instance build timed out. Set to error state.");
    let (fault, found) = (InstanceBuildTimeout(timeout), instance.task_state);
    // The fault comes first: who sees the ERROR is to find its reason too.
    InstanceFault::of(&instance, &fault, instance.host.as_deref()).create(store, context).await?;
    instance.vm_state = VmState::Error;
    instance.task_state = None;
    match instance.save_expecting(store, context, &[found]).await {
        Err(StoreError::UnexpectedTaskState { .. } | StoreError::NotFound { .. }) => Ok(()),
        saved => saved,
    }
}
