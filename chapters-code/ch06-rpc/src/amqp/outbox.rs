//! Sending (`oslo_messaging/_drivers/impl_rabbit.py`, `_publish_and_raises_on_missing_exchange`).

use super::{
    declarations::{Declarations, Route},
    link::{Link, is_refusal, while_alive},
};
use crate::{Address, MessagingError};
use lapin::{
    BasicProperties, Channel, Confirmation, Error,
    options::{BasicPublishOptions, ConfirmSelectOptions},
    types::FieldTable,
};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout_at};

/// The pause before what the broker did not take is sent again.
const PAUSE: Duration = Duration::from_millis(10);

/// The pause before a reply is sent again to a queue that was not there.
const MISSING_CONSUMER_PAUSE: Duration = Duration::from_millis(250);

/// What is sent waits here for the broker to confirm that it has it.
pub(crate) struct Outbox {
    link: Arc<Link>,
    declarations: Arc<Declarations>,
    /// Who needs a channel while it is being opened waits for it here.
    outlet: tokio::sync::Mutex<Option<Arc<Outlet>>>,
}

/// A channel in confirm mode, and the exchanges declared on it.
struct Outlet {
    channel: Channel,
    declared: Mutex<HashSet<String>>,
}

/// Why a message is not with the broker.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    #[error(transparent)]
    Broker(#[from] Error),
    #[error("the broker did not take it")]
    Nacked,
    #[error("there is no queue {0}")]
    Returned(String, Vec<u8>),
}

impl Unsent {
    /// How long to wait before it is sent again; `None`: that would help nobody. (A connection
    /// that has to be made again takes its own time.)
    fn pause(&self) -> Option<Duration> {
        match self {
            Self::Broker(error) if is_refusal(error) => None,
            Self::Broker(_) | Self::Nacked => Some(PAUSE),
            Self::Returned(..) => Some(MISSING_CONSUMER_PAUSE),
        }
    }
}

impl Outbox {
    pub(crate) fn new(link: Arc<Link>, declarations: Arc<Declarations>) -> Self {
        Self { link, declarations, outlet: tokio::sync::Mutex::default() }
    }

    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    /// Sends `body`, and again as long as it is worth it.
    pub(crate) async fn publish(
        &self,
        to: &Address,
        mut body: Vec<u8>,
        expiration: Option<Duration>,
    ) -> Result<(), MessagingError> {
        let deadline = Instant::now() + self.patience(to, expiration);
        let mut to = to.clone();
        loop {
            let expires = expiration.map(|_| deadline.saturating_duration_since(Instant::now()));
            let unsent = match timeout_at(deadline, self.send(&to, &body, expires)).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(unsent)) => unsent,
                Err(_) => return Err(given_up("the broker does not answer")),
            };
            let Some(pause) = unsent.pause() else { return Err(given_up(unsent)) };
            if timeout_at(deadline, sleep(pause)).await.is_err() {
                return Err(given_up(unsent));
            }
            tracing::debug!(error = %unsent, "a message is sent again in {pause:?}");
            // Confirms and what comes back share a channel: it may be another's message.
            if let Unsent::Returned(queue, returned) = unsent {
                (to, body) = (Address::Direct { queue }, returned);
            }
        }
    }

    /// How long a message is kept.
    fn patience(&self, to: &Address, expiration: Option<Duration>) -> Duration {
        let options = &self.declarations.options;
        match to {
            Address::Direct { .. } => options.kombu_missing_consumer_retry_timeout,
            Address::Topic { .. } | Address::Fanout { .. } => {
                expiration.unwrap_or(options.rpc_response_timeout)
            }
        }
    }

    async fn send(
        &self,
        to: &Address,
        body: &[u8],
        expires: Option<Duration>,
    ) -> Result<(), Unsent> {
        let outlet = self.outlet().await?;
        let alive = || outlet.channel.status().connected();
        while_alive(alive, self.send_on(&outlet, to, body, expires)).await?
    }

    async fn send_on(
        &self,
        outlet: &Outlet,
        to: &Address,
        body: &[u8],
        expires: Option<Duration>,
    ) -> Result<(), Unsent> {
        let Route { exchange, key } = self.declarations.route(to);
        if !lock(&outlet.declared).contains(&exchange) {
            self.declarations.declare_exchange(&outlet.channel, to).await?;
            lock(&outlet.declared).insert(exchange.clone());
        }
        let mandatory = matches!(to, Address::Direct { .. });
        let options = BasicPublishOptions { mandatory, ..Default::default() };
        let publish = outlet.channel.basic_publish(
            exchange.into(),
            key.into(),
            options,
            body,
            properties(expires),
        );
        match publish.await?.await? {
            Confirmation::Ack(None) | Confirmation::NotRequested => Ok(()),
            Confirmation::Ack(Some(returned)) => {
                let queue = returned.routing_key.to_string();
                Err(Unsent::Returned(queue, returned.delivery.data))
            }
            Confirmation::Nack(_) => Err(Unsent::Nacked),
        }
    }

    /// The channel, if it still is one; else a new one.
    async fn outlet(&self) -> Result<Arc<Outlet>, Error> {
        let mut outlet = self.outlet.lock().await;
        if let Some(outlet) = &*outlet
            && outlet.channel.status().connected()
        {
            return Ok(Arc::clone(outlet));
        }
        let channel = self.link.channel().await?;
        let confirm = channel.confirm_select(ConfirmSelectOptions::default());
        while_alive(|| channel.status().connected(), confirm).await??;
        Ok(Arc::clone(outlet.insert(Arc::new(Outlet { channel, declared: Mutex::default() }))))
    }

    pub(crate) async fn close(&self) {
        self.outlet.lock().await.take();
        self.link.close().await;
    }
}

/// No holder of these locks can panic half-way: each changes one thing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What kombu says of each message: to a queue that does not outlive the broker too, it is to be
/// kept on a disk.
fn properties(expires: Option<Duration>) -> BasicProperties {
    let properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_content_encoding("utf-8".into())
        .with_headers(FieldTable::default())
        .with_delivery_mode(2)
        .with_priority(0);
    match expires {
        Some(expires) => properties.with_expiration(expires.as_millis().to_string().into()),
        None => properties,
    }
}

fn given_up(reason: impl std::fmt::Display) -> MessagingError {
    MessagingError::MessageDeliveryFailure(reason.to_string())
}
