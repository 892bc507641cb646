//! A broker of this process's own (`oslo_messaging/_drivers/impl_fake.py`).

use crate::{Address, Consumer, MessagingError, Transport};
use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, time::Instant};

/// Queues in a map: the same bytes as on a real broker, and the same rules.
#[derive(Default)]
pub struct MemoryTransport {
    bound: Mutex<HashMap<Address, Vec<Arc<Queue>>>>,
}

#[async_trait]
impl Transport for MemoryTransport {
    async fn publish(
        &self,
        to: &Address,
        body: Vec<u8>,
        expiration: Option<Duration>,
    ) -> Result<(), MessagingError> {
        let expires = expiration.and_then(|after| Instant::now().checked_add(after));
        let mut bound = lock(&self.bound);
        if let Some(queues) = bound.get_mut(to) {
            queues.retain(|queue| is_kept(to, queue));
            queues.iter().for_each(|queue| queue.push(Message { body: body.clone(), expires }));
        }
        Ok(())
    }

    async fn consume(&self, from: &Address) -> Result<Consumer, MessagingError> {
        let mut bound = lock(&self.bound);
        bound.retain(|address, queues| queues.iter().any(|queue| is_kept(address, queue)));
        let queues = bound.entry(from.clone()).or_default();
        let shared = queues.first().filter(|_| is_shared(from)).cloned();
        let queue = shared.unwrap_or_else(|| {
            let queue = Arc::<Queue>::default();
            queues.push(Arc::clone(&queue));
            queue
        });
        let next = async |queue: Arc<Queue>| Some((queue.pop().await?, queue));
        Ok(stream::unfold(queue, next).boxed())
    }
}

/// Do the consumers of `address` share one queue, which outlives them?
fn is_shared(address: &Address) -> bool {
    matches!(address, Address::Topic { .. })
}

/// Has `queue` a consumer, or may it be without one?
fn is_kept(address: &Address, queue: &Arc<Queue>) -> bool {
    is_shared(address) || Arc::strong_count(queue) > 1
}

struct Message {
    body: Vec<u8>,
    expires: Option<Instant>,
}

/// A queue and its consumers. The semaphore counts the messages; it wakes those who wait in the
/// order in which they came, and that is the round-robin of a broker.
struct Queue {
    messages: Mutex<VecDeque<Message>>,
    count: Semaphore,
}

impl Default for Queue {
    fn default() -> Self {
        Self { messages: Mutex::default(), count: Semaphore::new(0) }
    }
}

impl Queue {
    fn push(&self, message: Message) {
        lock(&self.messages).push_back(message);
        self.count.add_permits(1);
    }

    /// The next message that is still worth delivering.
    async fn pop(&self) -> Option<Vec<u8>> {
        loop {
            self.count.acquire().await.ok()?.forget();
            let message = lock(&self.messages).pop_front()?;
            if message.expires.is_none_or(|expires| Instant::now() < expires) {
                return Some(message.body);
            }
        }
    }
}

/// No holder of these locks can panic half-way: each changes one thing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
