//! The heart of a service (`nova/service.py` `Service.start`, `nova/servicegroup/drivers/db.py`).

use nova_objects::{RequestContext, Store, StoreError, servicegroup::report_state};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

/// Says that a service is alive, at once and then at every interval, until it is stopped or
/// dropped.
///
/// A beat that fails is logged and forgotten: the next one may work. Other services see what is
/// left of it, a `last_seen_up` that grows old.
pub struct Heartbeat {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

struct Beat {
    store: Arc<dyn Store>,
    host: String,
    binary: String,
    topic: String,
    failing: bool,
}

impl Heartbeat {
    /// Starts to report that `binary` on `host` is alive. Once this returns, the first report is
    /// made, if it could be. An interval of zero means that it stays the only one.
    pub async fn start(
        store: Arc<dyn Store>,
        host: &str,
        binary: &str,
        topic: &str,
        report_interval: Duration,
    ) -> Self {
        let (host, binary, topic) = (host.into(), binary.into(), topic.into());
        let mut beat = Beat { store, host, binary, topic, failing: false };
        beat.report().await;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(beat.go_on(report_interval, stopped));
        Self { stop, task }
    }

    /// Makes no more reports, and waits for the one that is being made.
    pub async fn stop(self) {
        drop(self.stop);
        // A task that panicked has made its last report too.
        let _ = self.task.await;
    }
}

impl Beat {
    async fn go_on(mut self, report_interval: Duration, mut stopped: oneshot::Receiver<()>) {
        if report_interval.is_zero() {
            return;
        }
        let mut ticks = interval(report_interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first one comes at once, and that report is made.
        ticks.tick().await;
        loop {
            tokio::select! {
                _ = &mut stopped => return,
                _ = ticks.tick() => self.report().await,
            }
        }
    }

    async fn report(&mut self) {
        let Self { store, host, binary, topic, .. } = self;
        // Each report is a request of its own: a trace has an end.
        let context = RequestContext::admin();
        let reported = report_state(store.as_ref(), &context, host, binary, topic).await;
        match &reported {
            Ok(_) if self.failing => {
                tracing::info!("Recovered from being unable to report status.");
            }
            Ok(_) => {}
            Err(StoreError::Unavailable(reason)) => {
                tracing::warn!(reason, "Lost connection to nova-conductor for reporting status.");
            }
            Err(error) => tracing::error!(%error, "Unexpected error while reporting status"),
        }
        self.failing = reported.is_err();
    }
}
