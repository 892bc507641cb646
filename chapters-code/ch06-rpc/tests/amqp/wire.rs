//! What a broker sees of our messages.

use crate::broker::Corner;
use futures_util::StreamExt;
use lapin::{
    Channel, Connection, ConnectionProperties, ExchangeKind,
    message::Delivery,
    options::{
        BasicConsumeOptions, BasicPublishOptions, ExchangeDeclareOptions, QueueBindOptions,
        QueueDeclareOptions,
    },
    types::FieldTable,
};
use nova_objects::{Fields, RemoteError, RequestContext};
use nova_rpc::{Address, Endpoint, Reply, Request, RpcClient, RpcServer, Target, envelope};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Somebody at the broker who knows AMQP and nothing of us.
struct Stranger {
    channel: Channel,
    _connection: Connection,
}

impl Stranger {
    async fn new(corner: &Corner) -> Self {
        let properties = ConnectionProperties::default();
        let connection = Connection::connect(&corner.url, properties).await.unwrap();
        Self { channel: connection.create_channel().await.unwrap(), _connection: connection }
    }

    /// Consumes what reaches `topic`, with everything declared as oslo.messaging would.
    async fn listen(&self, corner: &Corner) -> lapin::Consumer {
        let (exchange, topic) = (corner.exchange.as_str(), corner.topic.as_str());
        let none = FieldTable::default;
        let (kind, flags) = (ExchangeKind::Topic, ExchangeDeclareOptions::default());
        self.channel.exchange_declare(exchange.into(), kind, flags, none()).await.unwrap();
        let flags = QueueDeclareOptions::default();
        self.channel.queue_declare(topic.into(), flags, none()).await.unwrap();
        let flags = QueueBindOptions::default();
        self.channel
            .queue_bind(topic.into(), exchange.into(), topic.into(), flags, none())
            .await
            .unwrap();
        self.consume(topic).await
    }

    async fn consume(&self, queue: &str) -> lapin::Consumer {
        let flags = BasicConsumeOptions { no_ack: true, ..Default::default() };
        let consumer =
            self.channel.basic_consume(queue.into(), "".into(), flags, FieldTable::default());
        consumer.await.unwrap()
    }
}

fn assert_properties(delivery: &Delivery, expiration: Option<&str>) {
    let properties = &delivery.properties;
    let text = |text: &Option<lapin::types::ShortString>| text.as_ref().map(ToString::to_string);
    assert_eq!(text(properties.content_type()).as_deref(), Some("application/json"));
    assert_eq!(text(properties.content_encoding()).as_deref(), Some("utf-8"));
    assert_eq!(properties.headers(), &Some(FieldTable::default()));
    assert_eq!((*properties.delivery_mode(), *properties.priority()), (Some(2), Some(0)));
    assert_eq!(text(properties.expiration()).as_deref(), expiration);
    assert!(properties.message_id().is_none() && properties.reply_to().is_none());
    assert!(properties.correlation_id().is_none() && properties.timestamp().is_none());
}

#[tokio::test]
async fn a_request_and_its_reply_have_oslos_properties() {
    let Some(corner) = Corner::new() else { return };
    let stranger = Stranger::new(&corner).await;
    let mut requests = stranger.listen(&corner).await;
    let transport = corner.transport();
    let client = RpcClient::new(Arc::clone(&transport), Target::topic(&corner.topic));
    let client = client.timeout(Duration::from_secs(20));
    let context = RequestContext::admin();
    client.cast(&context, "note", &json!({})).await.unwrap();
    let cast = requests.next().await.unwrap().unwrap();
    assert_properties(&cast, None);
    let serve = async {
        let call = requests.next().await.unwrap().unwrap();
        let request: Request = envelope::open(&call.data).unwrap();
        let reply_to = request.reply_to.unwrap();
        assert!(reply_to.reply_q.starts_with("reply_"));
        let left: u64 = call.properties.expiration().as_ref().unwrap().as_str().parse().unwrap();
        assert!((19_000..=20_000).contains(&left), "{left}");
        let reply = Reply::new(reply_to.msg_id, Ok(5.into())).unwrap();
        let to = Address::Direct { queue: reply_to.reply_q };
        transport.publish(&to, envelope::seal(&reply).unwrap(), None).await.unwrap();
    };
    let no_args = json!({});
    let (sum, ()) = tokio::join!(client.call::<_, i64>(&context, "add", &no_args), serve);
    assert_eq!(sum.unwrap(), 5);
    transport.close().await;
    corner.tidy(&[]).await;
}

/// Poison: what is no message at all, and what is none of ours.
#[tokio::test]
async fn a_poison_message_is_dropped_and_comes_no_more() {
    struct Adder;
    impl Adder {
        async fn add(
            self: Arc<Self>,
            _: RequestContext,
            args: Fields,
        ) -> Result<Value, RemoteError> {
            Ok(args["a"].clone())
        }
    }
    let Some(corner) = Corner::new() else { return };
    let transport = corner.transport();
    let target = Target::topic(&corner.topic).server("host-1");
    let server = RpcServer::new(Arc::clone(&transport), target, "adder");
    let endpoint = Endpoint::new(Arc::new(Adder), "1.0").method("add", Adder::add);
    let server = server.endpoint(endpoint).start().await.unwrap();
    let stranger = Stranger::new(&corner).await;
    for poison in [&b""[..], b"\xff\x00", b"{}", br#"{"oslo.version": "2.0", "oslo.message": "5"}"#]
    {
        let (exchange, topic) = (corner.exchange.as_str(), corner.topic.as_str());
        let flags = BasicPublishOptions::default();
        let sent = stranger.channel.basic_publish(
            exchange.into(),
            topic.into(),
            flags,
            poison,
            Default::default(),
        );
        sent.await.unwrap().await.unwrap();
    }
    let client = RpcClient::new(Arc::clone(&transport), Target::topic(&corner.topic));
    let context = RequestContext::admin();
    let sum: i64 = client.call(&context, "add", &json!({"a": 5})).await.unwrap();
    assert_eq!(sum, 5);
    server.stop().await;
    // Nothing waits, acknowledged or not, for the next server.
    let flags = QueueDeclareOptions { passive: true, ..Default::default() };
    let topic = corner.topic.as_str().into();
    let queue = stranger.channel.queue_declare(topic, flags, FieldTable::default()).await.unwrap();
    assert_eq!(queue.message_count(), 0);
    transport.close().await;
    corner.tidy(&["host-1"]).await;
}
