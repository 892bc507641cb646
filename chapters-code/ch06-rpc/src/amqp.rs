//! RabbitMQ (`oslo_messaging/_drivers/impl_rabbit.py`, `amqpdriver.py`).
//!
//! To the byte what Python's oslo.messaging puts on the wire, so that services of both kinds can
//! be in one cloud.
//!
//! # What may be lost, and when
//!
//! A message is acknowledged when a server takes it, *before* its method runs: a method that kills
//! its server would otherwise be delivered to the next one, and the next. So a server that dies
//! loses what it had in hand; a caller gets a timeout, and for a cast nobody knows. What nobody
//! has taken yet stays in the queue. A message for a topic without a queue is dropped. A lost
//! connection may bring a message twice, with the same `_unique_id`: a server drops the second
//! one, unless 4096 others came between, or another server has had the first. So a method
//! must find out for itself whether its work is done already, and a build does: it asks for the
//! task state that only a waiting instance has.
//!
//! # Layout
//!
//! - `link`: a connection, made again whenever it is lost; `backoff` says how often.
//! - `outbox`: sending, with confirms. `inbox`: receiving.
//! - `declarations`: exchanges, queues and bindings, and how they are declared.
//! - `transport_url`: where the brokers are.

mod backoff;
mod declarations;
mod inbox;
mod link;
mod outbox;
mod transport_url;

use crate::{Address, Consumer, MessagingError, RabbitOptions, Transport};
use async_trait::async_trait;
use declarations::Declarations;
use inbox::Inbox;
use link::Link;
use outbox::Outbox;
use std::{sync::Arc, time::Duration};

/// A broker that speaks AMQP 0-9-1, reached over two connections: one to send, one to listen.
///
/// It connects when it is first used. A connection that is lost is made again, for ever, with
/// pauses of at most `rabbit_interval_max`; what was declared is declared again. Sending waits for
/// the broker within its bound: a call's own timeout, or `rpc_response_timeout`.
pub struct AmqpTransport {
    outbox: Outbox,
    listening: Arc<Link>,
    declarations: Arc<Declarations>,
}

impl AmqpTransport {
    /// The broker at `transport_url`: `rabbit://user:password@host:port/vhost`, or `amqp://`. Of
    /// several hosts, with commas between them, the next is tried where one does not answer.
    ///
    /// # Errors
    ///
    /// The URL is none.
    pub fn new(transport_url: &str, options: RabbitOptions) -> Result<Self, MessagingError> {
        let hosts = transport_url::parse(transport_url, options.heartbeat_timeout_threshold)?;
        let link = |name| Arc::new(Link::new(name, hosts.clone(), options.rabbit_interval_max));
        let (sending, listening) = (link("sending"), link("listening"));
        let declarations = Arc::new(Declarations::new(options));
        let outbox = Outbox::new(sending, Arc::clone(&declarations));
        Ok(Self { outbox, listening, declarations })
    }
}

#[async_trait]
impl Transport for AmqpTransport {
    async fn publish(
        &self,
        to: &Address,
        body: Vec<u8>,
        expiration: Option<Duration>,
    ) -> Result<(), MessagingError> {
        self.outbox.publish(to, body, expiration).await
    }

    async fn consume(&self, from: &Address) -> Result<Consumer, MessagingError> {
        let (link, declarations) = (Arc::clone(&self.listening), Arc::clone(&self.declarations));
        Ok(Inbox::open(link, declarations, from.clone()).await?.into_stream())
    }

    async fn close(&self) {
        self.listening.close().await;
        self.declarations.delete_own(self.outbox.link()).await;
        self.outbox.close().await;
    }
}
