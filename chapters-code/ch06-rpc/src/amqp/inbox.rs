//! Receiving (`oslo_messaging/_drivers/amqpdriver.py`, `AMQPListener`).

use super::{
    backoff::Backoff,
    declarations::Declarations,
    link::{Link, is_refusal, while_alive},
};
use crate::{Address, Consumer, MessagingError};
use futures_util::{StreamExt, stream};
use lapin::{
    Channel, Error,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use std::{io, sync::Arc};
use tokio::time::sleep;

/// One consumer. It outlives its connection: what it needs is declared again on the next one.
pub(crate) struct Inbox {
    link: Arc<Link>,
    declarations: Arc<Declarations>,
    from: Address,
    queue: String,
    backoff: Backoff,
    consumer: Option<(Channel, lapin::Consumer)>,
}

impl Inbox {
    /// Begins to consume from `from`, as soon as there is a broker.
    ///
    /// # Errors
    ///
    /// The broker refuses, and would do so again.
    pub(crate) async fn open(
        link: Arc<Link>,
        declarations: Arc<Declarations>,
        from: Address,
    ) -> Result<Self, MessagingError> {
        let (queue, backoff) = (declarations.queue(&from), link.backoff());
        let mut inbox = Self { link, declarations, from, queue, backoff, consumer: None };
        while let Err(error) = inbox.consume().await {
            if is_refusal(&error) {
                return Err(MessagingError::MessageDeliveryFailure(error.to_string()));
            }
            inbox.wait(&error).await;
        }
        Ok(inbox)
    }

    pub(crate) fn into_stream(self) -> Consumer {
        stream::unfold(self, Self::next).boxed()
    }

    async fn consume(&mut self) -> Result<(), Error> {
        let channel = self.link.channel().await?;
        let consumer = while_alive(|| channel.status().connected(), self.consume_on(&channel));
        self.consumer = Some((channel.clone(), consumer.await??));
        self.backoff = self.link.backoff();
        Ok(())
    }

    async fn consume_on(&self, channel: &Channel) -> Result<lapin::Consumer, Error> {
        self.declarations.declare(channel, &self.from, &self.queue).await?;
        let prefetch = self.declarations.options.rabbit_qos_prefetch_count;
        if prefetch > 0 {
            let prefetch = prefetch.try_into().unwrap_or(u16::MAX);
            channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
        }
        let (queue, options) = (self.queue.as_str().into(), BasicConsumeOptions::default());
        channel.basic_consume(queue, "".into(), options, FieldTable::default()).await
    }

    /// The next message, acknowledged: from here on it is ours, and nobody else gets it. What
    /// cannot be acknowledged is not ours, and comes again.
    async fn next(mut self) -> Option<(Vec<u8>, Self)> {
        loop {
            match self.receive().await {
                Ok(body) => return Some((body, self)),
                Err(_) if self.link.is_closed() => return None,
                Err(error) => {
                    self.consumer = None;
                    self.wait(&error).await;
                }
            }
        }
    }

    async fn receive(&mut self) -> Result<Vec<u8>, Error> {
        loop {
            let Some((channel, consumer)) = &mut self.consumer else {
                self.consume().await?;
                continue;
            };
            let alive = || channel.status().connected();
            let Some(delivery) = while_alive(alive, consumer.next()).await? else {
                // The broker has cancelled it: the queue is gone.
                self.consumer = None;
                return Err(io::Error::from(io::ErrorKind::NotFound).into());
            };
            // ANCHOR: ack
            let delivery = delivery?;
            while_alive(alive, delivery.acker.ack(BasicAckOptions::default())).await??;
            return Ok(delivery.data);
            // ANCHOR_END: ack
        }
    }

    async fn wait(&mut self, error: &Error) {
        tracing::warn!("lost the queue {}: {error}", self.queue);
        sleep(self.backoff.pause()).await;
    }
}
