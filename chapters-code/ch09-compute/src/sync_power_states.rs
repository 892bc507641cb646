//! What the rows say of guests becomes what the hypervisor says (`nova/compute/manager.py`
//! `_sync_power_states`).
//!
//! Not everything that happens to a guest was asked of Nova: it can switch itself off, break down,
//! or be switched by somebody at the host. The power state in the row then follows the guest. The
//! state that was promised does not: where both do not go together, the guest is stopped.

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{
    Instance, InstanceAction, NovaObject, PowerState, Query, RequestContext, TaskState, Tracked,
    VmState,
};
use std::sync::Arc;
use tokio::task::JoinSet;

/// So many instances are looked at at a time (`sync_power_pool`).
const SYNC_POWER_POOL_SIZE: usize = 1000;

impl ComputeManager {
    /// Looks at every instance of this host. One that has to wait, or to be stopped, keeps no other
    /// waiting.
    ///
    /// # Errors
    ///
    /// The hypervisor or the store does not answer. An instance that cannot be helped now is
    /// looked at again the next time.
    pub async fn sync_power_states(self: Arc<Self>) -> Result<(), ComputeError> {
        let context = RequestContext::admin();
        let query = Query::all().with("host", self.options.host.as_str());
        let instances = Instance::list(&*self.store, &context, query).await?;
        let guests = self.hypervisor.list_instances().await?.len();
        if guests != instances.len() {
            // A warning in Nova. But a guest that is being made is not there yet, and fake guests
            // that were off when their process ended are gone.
            tracing::info!(
                "While synchronizing instance power states, found {} instances in the database \
                 and {guests} instances on the hypervisor.",
                instances.len()
            );
        }
        let mut syncs = JoinSet::new();
        for instance in instances.iter().filter(|instance| instance.task_state.is_none()) {
            if syncs.len() == SYNC_POWER_POOL_SIZE {
                syncs.join_next().await;
            }
            let (manager, context) = (Arc::clone(&self), context.clone());
            let uuid = instance.uuid.clone();
            syncs.spawn(async move {
                let synced = manager.query_driver_power_state_and_sync(&context, &uuid, None).await;
                match synced {
                    Err(error) if !error.instance_is_gone() => {
                        tracing::error!(%error, instance = uuid, "a power state was not synced");
                    }
                    _ => {}
                }
            });
        }
        while syncs.join_next().await.is_some() {}
        Ok(())
    }

    /// Asks the hypervisor for the state of a guest, and aligns the row with it; if it is `told`
    /// what to find, only with that. An instance that Nova is busy with, or that has moved, is
    /// left alone.
    ///
    /// Nova asks the hypervisor first, and reads the row after. A reboot waits for no lock: one
    /// that ends between the two would leave the state from its middle. So the row comes first.
    pub(crate) async fn query_driver_power_state_and_sync(
        &self,
        context: &RequestContext,
        uuid: &str,
        told: Option<PowerState>,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(uuid).await;
        let mut instance = Instance::get(&*self.store, context, uuid).await?;
        if instance.host.as_ref() != Some(&self.options.host) {
            tracing::debug!(instance = uuid, "the instance is on another host. Skip.");
            return Ok(());
        }
        if let Some(task) = instance.task_state {
            tracing::debug!(instance = uuid, "the instance has a pending task ({task}). Skip.");
            return Ok(());
        }
        let state = self.get_power_state(&instance).await?;
        match told {
            Some(told) if told != state => Ok(()),
            _ => self.sync_instance_power_state(context, &mut instance, state).await,
        }
    }

    /// Writes down that the guest is in `state`, and stops it where that is not what was promised.
    async fn sync_instance_power_state(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        state: PowerState,
    ) -> Result<(), ComputeError> {
        instance.power_state = state;
        instance.save(&*self.store, context).await?;
        let Some((problem, remedy)) = discrepancy(instance.vm_state, state) else { return Ok(()) };
        tracing::warn!(instance = instance.uuid, "Instance {problem}.");
        match remedy {
            Remedy::Stop => self.force_stop(context, instance).await,
            Remedy::Ignore => Ok(()),
        }
    }

    /// What the API's `force_stop` does, here, where the instance is locked already.
    ///
    /// Nova casts the rest to itself. Here the manager goes on: when a host starts, it looks at its
    /// instances before it hears messages, and the mark would wait for one that nobody gets.
    async fn force_stop(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        instance.task_state = Some(TaskState::PoweringOff);
        instance.save_expecting(&*self.store, context, &[None]).await?;
        InstanceAction::start(context, instance, "stop").create(&*self.store, context).await?;
        self.stop(context, instance).await
    }
}

/// What is done about a guest that does not do what was promised.
enum Remedy {
    Stop,
    Ignore,
}

/// What is wrong with a guest in `state`, where its instance is `vm_state`, and what helps.
fn discrepancy(vm_state: VmState, state: PowerState) -> Option<(&'static str, Remedy)> {
    use PowerState::{Crashed, NoState, Paused, Running, Shutdown, Suspended};
    use Remedy::{Ignore, Stop};
    // ANCHOR: discrepancy
    match (vm_state, state) {
        (VmState::Active, Shutdown | Crashed) => Some(("shutdown by itself", Stop)),
        (VmState::Active, Suspended) => Some(("is suspended unexpectedly", Stop)),
        // It may be held for a while, by somebody's instrument.
        (VmState::Active, Paused) => Some(("is paused unexpectedly", Ignore)),
        // The hypervisor itself may be about to start.
        (VmState::Active, NoState) => Some(("is unexpectedly not found", Ignore)),
        (VmState::Stopped, Running | Paused | Suspended) => Some(("is not stopped", Stop)),
        (VmState::Paused, Shutdown | Crashed) => Some(("was paused, and shutdown by itself", Stop)),
        (VmState::SoftDelete | VmState::Deleted, Running | Paused | Crashed | Suspended) => {
            Some(("is not (soft-)deleted", Ignore))
        }
        _ => None,
    }
    // ANCHOR_END: discrepancy
}
