//! The broker, and a corner of it for one test.

use lapin::{
    Connection, ConnectionProperties,
    options::{ExchangeDeleteOptions, QueueDeleteOptions},
};
use nova_rpc::{AmqpTransport, RabbitOptions, Transport};
use std::{env, sync::Arc, time::Duration};

/// Names that nobody else uses, on a broker that others use too.
pub(crate) struct Corner {
    pub(crate) url: String,
    pub(crate) topic: String,
    pub(crate) exchange: String,
}

impl Corner {
    /// A corner, if there is a broker.
    pub(crate) fn new() -> Option<Self> {
        let Ok(url) = env::var("MINI_NOVA_TEST_AMQP") else {
            assert!(env::var_os("CI").is_none(), "CI has to give MINI_NOVA_TEST_AMQP");
            eprintln!("skipped: MINI_NOVA_TEST_AMQP is not set");
            return None;
        };
        let id = uuid::Uuid::new_v4().simple().to_string();
        Some(Self { url, topic: format!("topic_{id}"), exchange: format!("exchange_{id}") })
    }

    /// The host and port in the URL.
    pub(crate) fn address(&self) -> String {
        address(&self.url).to_owned()
    }

    /// Options with which a lost broker is noticed soon.
    pub(crate) fn options(&self) -> RabbitOptions {
        RabbitOptions {
            control_exchange: self.exchange.clone(),
            heartbeat_timeout_threshold: Duration::from_secs(2),
            rabbit_interval_max: Duration::from_millis(500),
            ..RabbitOptions::default()
        }
    }

    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        self.transport_by(&self.url)
    }

    /// A transport that reaches the broker by another address.
    pub(crate) fn transport_by(&self, url: &str) -> Arc<dyn Transport> {
        Arc::new(AmqpTransport::new(url, self.options()).unwrap())
    }

    /// Takes away what outlives its consumers.
    pub(crate) async fn tidy(self, servers: &[&str]) {
        let properties = ConnectionProperties::default();
        let connection = Connection::connect(&self.url, properties).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        let own = servers.iter().map(|server| format!("{}.{server}", self.topic));
        for queue in own.chain([self.topic.clone()]) {
            channel.queue_delete(queue.into(), QueueDeleteOptions::default()).await.unwrap();
        }
        let exchange = self.exchange.as_str().into();
        channel.exchange_delete(exchange, ExchangeDeleteOptions::default()).await.unwrap();
        connection.close(200, "OK".into()).await.unwrap();
    }
}

/// The host and port in `url`.
fn address(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    rest.split('/').next().unwrap_or(rest)
}
