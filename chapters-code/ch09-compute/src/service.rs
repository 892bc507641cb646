//! The service around the manager (`nova/service.py`).

use crate::{ComputeDriver, ComputeError, ComputeManager, periodic_tasks::PERIODIC_TASKS};
use nova_rpc::{Heartbeat, rpcapi::compute::TOPIC};
use std::sync::Arc;
use tokio::{sync::mpsc, task::JoinSet};

/// The name under which it reports.
pub const BINARY: &str = "nova-compute";

/// What a compute service does without being asked: it says that it is alive, listens to its
/// hypervisor, and runs the periodic tasks of its manager.
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
        // What happened before is for the first sync to find, which looks at all guests.
        let (listener, events) = mpsc::unbounded_channel();
        manager.hypervisor.register_event_listener(listener);
        tasks.spawn(Arc::clone(&manager).handle_events(events));
        for task in PERIODIC_TASKS {
            tasks.spawn(task.repeat(Arc::clone(&manager)));
        }
        Ok(Self { manager, heart, tasks })
    }

    /// Ends what it does, waits until they have, and lets go of the hypervisor.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        self.heart.stop().await;
        if let Err(error) = self.manager.cleanup_host().await {
            tracing::warn!(%error, "the hypervisor was not let go");
        }
    }
}
