//! What carries the messages (`oslo_messaging/_drivers/base.py`).

use crate::{MessagingError, Target};
use async_trait::async_trait;
use futures_util::stream::BoxStream;
use std::time::Duration;

/// A broker, or what stands in for one: it carries bytes, and understands none of them.
///
/// The rules are AMQP's, for all transports. What is published to an address that nobody has
/// ever consumed from is dropped without a word.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Hands `body` in. An `expiration` says how long it is worth delivering.
    ///
    /// # Errors
    ///
    /// The broker is out of reach, or does not take it in time.
    async fn publish(
        &self,
        to: &Address,
        body: Vec<u8>,
        expiration: Option<Duration>,
    ) -> Result<(), MessagingError>;

    /// Declares what `from` needs, and consumes from it. Once this returns, what is published
    /// there arrives. A message counts as delivered when the stream yields it.
    ///
    /// # Errors
    ///
    /// The broker is out of reach, or refuses.
    async fn consume(&self, from: &Address) -> Result<Consumer, MessagingError>;

    /// Takes leave of the broker. Nothing is sent or received after this.
    async fn close(&self) {}
}

/// The bodies that arrive, in order; it ends when the transport is closed.
pub type Consumer = BoxStream<'static, Vec<u8>>;

/// Where a message is published to, and consumed from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// A key of a topic exchange, and the queue of that name, which its consumers share:
    /// `scheduler`, `compute.host-2`. The queue outlives them.
    Topic {
        /// The exchange. `None`: the transport's own.
        exchange: Option<String>,
        /// The routing key.
        key: String,
    },
    /// A fanout exchange, `compute_fanout`: each consumer has a queue of its own, and each gets
    /// a copy.
    Fanout {
        /// The topic.
        topic: String,
    },
    /// One queue by its name, through no exchange: `reply_17b3bafd...`. It goes with its
    /// consumer.
    Direct {
        /// The name of the queue.
        queue: String,
    },
}

impl Address {
    /// Where a message for `target` is published to.
    pub fn of(target: &Target) -> Self {
        if target.fanout {
            Self::Fanout { topic: target.topic.clone() }
        } else {
            Self::Topic { exchange: target.exchange.clone(), key: target.to_string() }
        }
    }

    // ANCHOR: of_server
    /// The three places where a server that is `target` listens: whoever is free, this one, all.
    pub fn of_server(target: &Target) -> Vec<Self> {
        let anyone = Target { server: None, fanout: false, ..target.clone() };
        let everyone = Target { fanout: true, ..target.clone() };
        let mut places = vec![Self::of(&anyone)];
        if target.server.is_some() {
            places.push(Self::of(&Target { fanout: false, ..target.clone() }));
        }
        places.push(Self::of(&everyone));
        places
    }
    // ANCHOR_END: of_server
}
