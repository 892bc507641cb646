//! What a host does when it hears what has happened to a guest (`nova/compute/manager.py`
//! `handle_lifecycle_event`).
//!
//! An event is a hint to look, and no more. It comes late: by then the guest may do something else,
//! or Nova may be busy with it, and most of what happens to guests is Nova's own doing. So it is
//! compared with the guest and its row as they are now. That is also why Nova's libvirt driver
//! holds back the end of a guest for 15 seconds, in which it may restart, and nothing here does: a
//! reboot that Nova has asked for is seen in the row.

use crate::{ComputeManager, LifecycleEvent, Transition};
use nova_objects::{PowerState, RequestContext};
use std::sync::Arc;
use tokio::{sync::mpsc::UnboundedReceiver, task::JoinSet};

impl Transition {
    /// What a guest is to which this has just happened.
    pub fn power_state(self) -> PowerState {
        match self {
            Self::Started | Self::Resumed => PowerState::Running,
            Self::Stopped => PowerState::Shutdown,
            Self::Paused => PowerState::Paused,
        }
    }
}

impl ComputeManager {
    /// Aligns the row of a guest with what has happened to it, if the guest is still as the event
    /// says, and Nova is not busy with it.
    pub async fn handle_lifecycle_event(&self, event: LifecycleEvent) {
        let LifecycleEvent { uuid, transition } = event;
        tracing::debug!(instance = uuid, "VM {transition:?} (Lifecycle Event)");
        let (context, told) = (RequestContext::admin().reading_deleted(), transition.power_state());
        match self.query_driver_power_state_and_sync(&context, &uuid, Some(told)).await {
            Err(error) if error.instance_is_gone() => {
                tracing::debug!("Event {transition:?} arrived for non-existent instance {uuid}.");
            }
            Err(error) => tracing::error!(%error, instance = uuid, "an event was not handled"),
            Ok(()) => {}
        }
    }

    /// Handles what the hypervisor tells, until it tells nothing more. An event whose instance
    /// is locked waits for the lock, and others need not wait for it.
    pub(crate) async fn handle_events(
        self: Arc<Self>,
        mut events: UnboundedReceiver<LifecycleEvent>,
    ) {
        let mut handled = JoinSet::new();
        while let Some(event) = events.recv().await {
            while handled.try_join_next().is_some() {}
            let manager = Arc::clone(&self);
            handled.spawn(async move { manager.handle_lifecycle_event(event).await });
        }
        while handled.join_next().await.is_some() {}
    }
}
