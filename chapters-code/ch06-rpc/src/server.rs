//! Receiving (`oslo_messaging/server.py`, `oslo_messaging/_drivers/amqpdriver.py`).

use crate::{
    Address, Consumer, Endpoint, Failure, MessagingError, Reply, ReplyTo, Request, Target,
    Transport, dispatcher::Dispatcher, duplicates::MsgIdCache, envelope,
};
use futures_util::{
    StreamExt,
    stream::{SelectAll, select_all},
};
use serde_json::Value;
use std::{panic::Location, sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, oneshot},
    task::JoinSet,
    time::{Instant, interval_at, timeout},
};

/// How many messages a server works on at once (`executor_thread_pool_size`).
pub const EXECUTOR_POOL_SIZE: usize = 64;

/// How long a server that stops waits for the messages in its hands
/// (`graceful_shutdown_timeout`).
pub const GRACEFUL_SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(60);

/// A server that does not listen yet.
pub struct RpcServer {
    transport: Arc<dyn Transport>,
    target: Target,
    dispatcher: Dispatcher,
}

impl RpcServer {
    /// A server that is `target`, a topic and a server, and works in `lane`.
    #[track_caller]
    pub fn new(transport: Arc<dyn Transport>, target: Target, lane: impl Into<String>) -> Self {
        let location = Location::caller();
        let dispatcher = Dispatcher { lane: lane.into(), endpoints: Vec::new(), location };
        Self { transport, target, dispatcher }
    }

    /// Offers the methods of `endpoint`, behind those offered before.
    #[must_use]
    pub fn endpoint<M>(mut self, endpoint: Endpoint<M>) -> Self {
        self.dispatcher.endpoints.push(endpoint.into());
        self
    }

    /// Begins to listen. Once this returns, no message for the target is lost any more.
    ///
    /// # Errors
    ///
    /// The broker is out of reach, or refuses.
    pub async fn start(self) -> Result<RunningServer, MessagingError> {
        let mut consumers = Vec::new();
        for address in Address::of_server(&self.target) {
            consumers.push(self.transport.consume(&address).await?);
        }
        let listener = Listener {
            messages: select_all(consumers),
            seen: MsgIdCache::default(),
            worker: Arc::new(Worker { transport: self.transport, dispatcher: self.dispatcher }),
            free: Arc::new(Semaphore::new(EXECUTOR_POOL_SIZE)),
            in_hand: JoinSet::new(),
        };
        let (stop, stopped) = oneshot::channel();
        let mut task = JoinSet::new();
        task.spawn(listener.run(stopped));
        Ok(RunningServer { stop, task })
    }
}

/// A server that listens. Dropped, it lets everything fall at once.
pub struct RunningServer {
    stop: oneshot::Sender<()>,
    task: JoinSet<()>,
}

impl RunningServer {
    /// Takes no more messages, and waits until those in hand are done, but not for ever:
    /// [`GRACEFUL_SHUTDOWN_TIMEOUT`].
    pub async fn stop(mut self) {
        // A listener that is gone already needs no telling.
        let _ = self.stop.send(());
        self.task.join_next().await;
    }
}

/// Takes messages in, one by one, and gives each to a task.
struct Listener {
    messages: SelectAll<Consumer>,
    seen: MsgIdCache,
    worker: Arc<Worker>,
    free: Arc<Semaphore>,
    in_hand: JoinSet<()>,
}

impl Listener {
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        loop {
            tokio::select! {
                biased;
                _ = &mut stopped => break,
                more = self.take_one() => if !more { break },
            }
        }
        drop(self.messages);
        let drain = async { while self.in_hand.join_next().await.is_some() {} };
        if timeout(GRACEFUL_SHUTDOWN_TIMEOUT, drain).await.is_err() {
            tracing::warn!(abandoned = self.in_hand.len(), "stopped with messages in hand");
        }
    }

    // ANCHOR: take_one
    /// Waits until somebody is free, and only then for a message: what this server cannot begin
    /// with stays where another one can take it. `false`: there will be no more.
    async fn take_one(&mut self) -> bool {
        let Ok(free) = Arc::clone(&self.free).acquire_owned().await else { return false };
        let Some(body) = self.messages.next().await else { return false };
        while self.in_hand.try_join_next().is_some() {}
        if let Some(request) = self.understand(&body) {
            let worker = Arc::clone(&self.worker);
            self.in_hand.spawn(async move {
                worker.serve(request).await;
                drop(free);
            });
        }
        true
    }
    // ANCHOR_END: take_one

    /// The request in `body`, unless it is none, or was here before.
    fn understand(&mut self, body: &[u8]) -> Option<Request> {
        match envelope::open::<Request>(body) {
            Ok(request) => {
                let again = self.seen.is_duplicate(request.unique_id.as_deref());
                (!again).then_some(request)
            }
            Err(error) => {
                let unique_id = envelope::unique_id(body);
                tracing::warn!(unique_id, %error, "dropped a message");
                None
            }
        }
    }
}

/// Runs methods and sends what comes of them.
struct Worker {
    transport: Arc<dyn Transport>,
    dispatcher: Dispatcher,
}

impl Worker {
    async fn serve(&self, request: Request) {
        let reply_to = request.reply_to.clone();
        let method = request.method.clone();
        let outcome = self.dispatch(request, reply_to.as_ref()).await;
        if let Err(failure) = &outcome
            && reply_to.is_none()
        {
            tracing::error!(method, class = failure.class, "a cast failed: {}", failure.message);
        }
        let Some(reply_to) = reply_to else { return };
        let sent =
            async { self.reply(&reply_to, Reply::new(reply_to.msg_id.clone(), outcome)?).await };
        if let Err(error) = sent.await {
            tracing::error!(method, %error, "no reply was sent");
        }
    }

    /// Runs the method; who waits for signs of life gets them meanwhile.
    async fn dispatch(
        &self,
        request: Request,
        reply_to: Option<&ReplyTo>,
    ) -> Result<Value, Failure> {
        let running = self.dispatcher.dispatch(request);
        let Some((reply_to, every)) = reply_to.and_then(|to| Some((to, to.sign_of_life()?))) else {
            return running.await;
        };
        let mut signs = interval_at(Instant::now() + every, every);
        tokio::pin!(running);
        loop {
            tokio::select! {
                biased;
                outcome = &mut running => return outcome,
                _ = signs.tick() => {
                    let alive = Reply::alive(reply_to.msg_id.clone());
                    if let Err(error) = self.reply(reply_to, alive).await {
                        tracing::warn!(%error, "no sign of life was sent");
                    }
                }
            }
        }
    }

    async fn reply(&self, reply_to: &ReplyTo, reply: Reply) -> Result<(), MessagingError> {
        let to = Address::Direct { queue: reply_to.reply_q.clone() };
        self.transport.publish(&to, envelope::seal(&reply)?, None).await
    }
}
