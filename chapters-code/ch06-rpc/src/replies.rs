//! Who waits for which reply (`oslo_messaging/_drivers/amqpdriver.py`, `ReplyWaiters`).

use crate::{
    Address, Consumer, MessagingError, Reply, ReplyTo, Transport, duplicates::MsgIdCache, envelope,
    message::new_id,
};
use futures_util::StreamExt;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinSet,
    time::timeout,
};

/// The queue on which a client gets its replies, and the task that hands them out.
pub(crate) struct ReplyQueue {
    name: String,
    waiters: Arc<ReplyWaiters>,
    /// Ends with the client.
    _listener: JoinSet<()>,
}

impl ReplyQueue {
    pub(crate) async fn open(transport: &dyn Transport) -> Result<Self, MessagingError> {
        let name = format!("reply_{}", new_id());
        let replies = transport.consume(&Address::Direct { queue: name.clone() }).await?;
        let waiters = Arc::new(ReplyWaiters::default());
        let mut listener = JoinSet::new();
        listener.spawn(Arc::clone(&waiters).listen(replies));
        Ok(Self { name, waiters, _listener: listener })
    }

    /// Begins to wait for the reply to the call `msg_id`, which is yet to be sent; with a `monitor`,
    /// for a sign of life at least so often.
    pub(crate) fn wait_for_reply(
        &self,
        msg_id: &str,
        monitor: Option<Duration>,
    ) -> (ReplyTo, Waiting<'_>) {
        let (sender, replies) = unbounded_channel();
        let msg_id = msg_id.to_owned();
        self.waiters.lock().insert(msg_id.clone(), sender);
        let waiting = Waiting { waiters: &self.waiters, msg_id: msg_id.clone(), monitor, replies };
        let timeout = monitor.map(|monitor| monitor.as_secs().into());
        (ReplyTo { msg_id, reply_q: self.name.clone(), timeout }, waiting)
    }
}

/// One call that waits. Dropped, it waits no more.
pub(crate) struct Waiting<'q> {
    waiters: &'q ReplyWaiters,
    msg_id: String,
    monitor: Option<Duration>,
    replies: UnboundedReceiver<Reply>,
}

impl Waiting<'_> {
    /// The reply. Signs of life come before it, and each gives the server time for the next.
    pub(crate) async fn wait(mut self) -> Result<Reply, MessagingError> {
        loop {
            let next = self.replies.recv();
            let next = match self.monitor {
                Some(monitor) => timeout(monitor, next).await,
                None => Ok(next.await),
            };
            match next {
                Ok(Some(reply)) if reply.ending => return Ok(reply),
                Ok(Some(_alive)) => {}
                Ok(None) => {
                    let closed = "the transport is closed".into();
                    return Err(MessagingError::MessageDeliveryFailure(closed));
                }
                Err(_) => return Err(MessagingError::MessagingTimeout(self.msg_id.clone())),
            }
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.waiters.lock().remove(&self.msg_id);
    }
}

#[derive(Default)]
struct ReplyWaiters {
    waiting: Mutex<HashMap<String, UnboundedSender<Reply>>>,
}

impl ReplyWaiters {
    async fn listen(self: Arc<Self>, mut replies: Consumer) {
        let mut seen = MsgIdCache::default();
        while let Some(body) = replies.next().await {
            match envelope::open::<Reply>(&body) {
                Ok(reply) if seen.is_duplicate(reply.unique_id.as_deref()) => {}
                Ok(reply) => self.hand_out(reply),
                Err(error) => {
                    let unique_id = envelope::unique_id(&body);
                    tracing::warn!(unique_id, %error, "dropped a reply");
                }
            }
        }
        self.lock().clear();
    }

    fn hand_out(&self, reply: Reply) {
        match self.lock().get(&reply.msg_id) {
            Some(waiter) => drop(waiter.send(reply)),
            None => tracing::info!(msg_id = reply.msg_id, "nobody waits for this reply any more"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, UnboundedSender<Reply>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
