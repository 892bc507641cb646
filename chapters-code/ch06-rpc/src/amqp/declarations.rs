//! Exchanges, queues and bindings (`oslo_messaging/_drivers/impl_rabbit.py`, `Consumer`).

use super::link::Link;
use crate::{Address, RabbitOptions, message::new_id};
use lapin::{
    Channel, Error, ExchangeKind,
    options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions, QueueDeleteOptions},
    types::{AMQPValue, FieldTable, LongString},
};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::timeout;

/// How what an address needs is declared, flag by flag as oslo.messaging does.
pub(crate) struct Declarations {
    pub(crate) options: RabbitOptions,
    /// The queues that nobody else consumes from.
    own: Mutex<Vec<String>>,
}

/// Where to publish.
pub(crate) struct Route {
    pub(crate) exchange: String,
    pub(crate) key: String,
}

impl Declarations {
    pub(crate) fn new(options: RabbitOptions) -> Self {
        Self { options, own: Mutex::default() }
    }

    /// Where a message for `address` is published. A reply goes through no exchange.
    pub(crate) fn route(&self, address: &Address) -> Route {
        match address {
            Address::Topic { key, .. } => {
                Route { exchange: self.exchange(address), key: key.clone() }
            }
            Address::Fanout { .. } => {
                Route { exchange: self.exchange(address), key: String::new() }
            }
            Address::Direct { queue } => Route { exchange: String::new(), key: queue.clone() },
        }
    }

    fn exchange(&self, address: &Address) -> String {
        match address {
            Address::Topic { exchange: Some(exchange), .. } => exchange.clone(),
            Address::Topic { .. } => self.options.control_exchange.clone(),
            Address::Fanout { topic } => format!("{topic}_fanout"),
            Address::Direct { .. } => String::new(),
        }
    }

    /// The name of the queue that one consumer of `address` needs.
    pub(crate) fn queue(&self, address: &Address) -> String {
        let (queue, own) = match address {
            Address::Topic { key, .. } => (key.clone(), false),
            Address::Fanout { topic } => (format!("{topic}_fanout_{}", new_id()), true),
            Address::Direct { queue } => (queue.clone(), true),
        };
        if own {
            self.own.lock().unwrap_or_else(PoisonError::into_inner).push(queue.clone());
        }
        queue
    }

    /// Declares the exchange of `address`, if it has one.
    pub(crate) async fn declare_exchange(
        &self,
        channel: &Channel,
        address: &Address,
    ) -> Result<(), Error> {
        let (kind, durable, auto_delete) = match address {
            Address::Topic { .. } => (ExchangeKind::Topic, self.topics_are_durable(), false),
            Address::Fanout { .. } => {
                (ExchangeKind::Fanout, self.options.rabbit_transient_quorum_queue, true)
            }
            Address::Direct { .. } => return Ok(()),
        };
        let options = ExchangeDeclareOptions { durable, auto_delete, ..Default::default() };
        let name = self.exchange(address).into();
        channel.exchange_declare(name, kind, options, FieldTable::default()).await
    }

    /// Declares all that a consumer of `address` needs.
    pub(crate) async fn declare(
        &self,
        channel: &Channel,
        address: &Address,
        queue: &str,
    ) -> Result<(), Error> {
        self.declare_exchange(channel, address).await?;
        let (options, arguments) = self.queue_options(address);
        channel.queue_declare(queue.into(), options, arguments).await?;
        let key = match address {
            Address::Topic { key, .. } => key,
            Address::Fanout { topic } => topic,
            Address::Direct { .. } => return Ok(()),
        };
        let (exchange, options) = (self.exchange(address), QueueBindOptions::default());
        channel
            .queue_bind(
                queue.into(),
                exchange.into(),
                key.as_str().into(),
                options,
                FieldTable::default(),
            )
            .await
    }

    fn queue_options(&self, address: &Address) -> (QueueDeclareOptions, FieldTable) {
        let mut arguments = FieldTable::default();
        let (durable, quorum) = match address {
            Address::Topic { .. } => (self.topics_are_durable(), self.options.rabbit_quorum_queue),
            Address::Fanout { .. } | Address::Direct { .. } => {
                let ttl = self.options.rabbit_transient_queues_ttl.as_millis();
                let ttl = i32::try_from(ttl).unwrap_or(i32::MAX);
                arguments.insert("x-expires".into(), AMQPValue::LongInt(ttl));
                let quorum = self.options.rabbit_transient_quorum_queue;
                (quorum, quorum)
            }
        };
        if quorum {
            let kind = LongString::from("quorum");
            arguments.insert("x-queue-type".into(), AMQPValue::LongString(kind));
        }
        (QueueDeclareOptions { durable, ..Default::default() }, arguments)
    }

    fn topics_are_durable(&self) -> bool {
        self.options.amqp_durable_queues || self.options.rabbit_quorum_queue
    }

    /// Deletes the queues that nobody will consume from any more. Those that stay, because the
    /// broker is out of reach, expire.
    pub(crate) async fn delete_own(&self, link: &Link) {
        let own = std::mem::take(&mut *self.own.lock().unwrap_or_else(PoisonError::into_inner));
        let delete = async {
            let channel = link.channel().await?;
            for queue in own {
                channel.queue_delete(queue.into(), QueueDeleteOptions::default()).await?;
            }
            Ok::<(), Error>(())
        };
        if let Ok(Err(error)) = timeout(Duration::from_secs(1), delete).await {
            tracing::debug!(%error, "queues of this process are left to expire");
        }
    }
}
