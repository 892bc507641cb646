//! Request and reply with lapin alone, and how ours compares.

use crate::{LOADS, Load, MESSAGES, Peer, ours::Ours, round, runtime};
use futures_util::StreamExt;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties, Consumer, ExchangeKind,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
        ConfirmSelectOptions, ExchangeDeclareOptions, ExchangeDeleteOptions, QueueBindOptions,
        QueueDeclareOptions, QueueDeleteOptions,
    },
    types::FieldTable,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use tokio::{sync::oneshot, task::JoinSet};
use uuid::Uuid;

type Waiting = Arc<Mutex<HashMap<String, oneshot::Sender<Vec<u8>>>>>;

/// A client and a server, each with a connection to send and one to listen.
pub(crate) struct Raw {
    sending: Channel,
    topic: String,
    exchange: String,
    replies: String,
    body: Vec<u8>,
    waiting: Waiting,
    _connections: Vec<Connection>,
    _tasks: JoinSet<()>,
}

impl Raw {
    pub(crate) async fn new(url: &str) -> Self {
        let name = |what: &str| format!("{what}_{}", Uuid::new_v4().simple());
        let (topic, exchange, replies) = (name("topic"), name("exchange"), name("reply"));
        let mut connections = Vec::new();
        let mut channels = Vec::new();
        for _ in 0..4 {
            let connection = Connection::connect(url, ConnectionProperties::default()).await;
            let connection = connection.expect("a broker");
            channels.push(connection.create_channel().await.expect("a channel"));
            connections.push(connection);
        }
        let [sending, listening, replying, serving] =
            <[Channel; 4]>::try_from(channels).expect("four");
        for channel in [&sending, &replying] {
            channel.confirm_select(ConfirmSelectOptions::default()).await.expect("confirms");
        }
        let requests = consume(&serving, &topic, Some(&exchange)).await;
        let answers = consume(&listening, &replies, None).await;
        let waiting = Waiting::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(requests, replying));
        tasks.spawn(listen(answers, Arc::clone(&waiting)));
        // As many bytes as ours has with its envelope and context.
        let body = vec![b'x'; 1800];
        let _connections = connections;
        Self { sending, topic, exchange, replies, body, waiting, _connections, _tasks: tasks }
    }

    pub(crate) fn names(&self) -> [String; 3] {
        [self.topic.clone(), self.replies.clone(), self.exchange.clone()]
    }

    async fn publish(&self, properties: BasicProperties) {
        let (exchange, key) = (self.exchange.as_str().into(), self.topic.as_str().into());
        let options = BasicPublishOptions::default();
        let sent = self.sending.basic_publish(exchange, key, options, &self.body, properties);
        sent.await.expect("it is sent").await.expect("it is confirmed");
    }
}

impl Peer for Raw {
    async fn call(&self) {
        let id = Uuid::new_v4().simple().to_string();
        let (sender, answer) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), sender);
        let properties = properties().with_correlation_id(id.into());
        self.publish(properties.with_reply_to(self.replies.as_str().into())).await;
        assert_eq!(answer.await.expect("an answer").len(), self.body.len());
    }

    async fn cast(&self) {
        self.publish(properties()).await;
    }
}

/// As oslo.messaging has them.
fn properties() -> BasicProperties {
    BasicProperties::default()
        .with_content_type("application/json".into())
        .with_content_encoding("utf-8".into())
        .with_headers(FieldTable::default())
        .with_delivery_mode(2)
        .with_priority(0)
}

async fn consume(channel: &Channel, queue: &str, exchange: Option<&str>) -> Consumer {
    let (none, name) = (FieldTable::default, queue);
    let queue = || name.into();
    let declared = channel.queue_declare(queue(), QueueDeclareOptions::default(), none());
    declared.await.expect("a queue");
    if let Some(exchange) = exchange {
        let (kind, options) = (ExchangeKind::Topic, ExchangeDeclareOptions::default());
        channel.exchange_declare(exchange.into(), kind, options, none()).await.expect("exchange");
        let options = QueueBindOptions::default();
        let bound = channel.queue_bind(queue(), exchange.into(), queue(), options, none());
        bound.await.expect("a binding");
    }
    channel.basic_qos(64, BasicQosOptions::default()).await.expect("prefetch");
    let options = BasicConsumeOptions::default();
    channel.basic_consume(queue(), "".into(), options, none()).await.expect("a consumer")
}

async fn serve(mut requests: Consumer, replying: Channel) {
    let mut tasks = JoinSet::new();
    while let Some(Ok(request)) = requests.next().await {
        request.acker.ack(BasicAckOptions::default()).await.expect("an acknowledgement");
        while tasks.try_join_next().is_some() {}
        let replying = replying.clone();
        tasks.spawn(async move {
            let Some(queue) = request.properties.reply_to().clone() else { return };
            let id = request.properties.correlation_id().clone().unwrap_or_default();
            let options = BasicPublishOptions { mandatory: true, ..Default::default() };
            let properties = properties().with_correlation_id(id);
            let sent = replying.basic_publish("".into(), queue, options, &request.data, properties);
            sent.await.expect("it is sent").await.expect("it is confirmed");
        });
    }
}

async fn listen(mut answers: Consumer, waiting: Waiting) {
    while let Some(Ok(answer)) = answers.next().await {
        answer.acker.ack(BasicAckOptions::default()).await.expect("an acknowledgement");
        let id = answer.properties.correlation_id().clone().unwrap_or_default();
        let sender = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(id.as_str());
        if let Some(sender) = sender {
            let _ = sender.send(answer.data);
        }
    }
}

/// Takes two queues and an exchange away.
pub(crate) async fn tidy(url: &str, [one, other, exchange]: &[String; 3]) {
    let connection = Connection::connect(url, ConnectionProperties::default()).await;
    let connection = connection.expect("a broker");
    let channel = connection.create_channel().await.expect("a channel");
    for queue in [one, other] {
        let options = QueueDeleteOptions::default();
        channel.queue_delete(queue.as_str().into(), options).await.expect("a queue");
    }
    let options = ExchangeDeleteOptions::default();
    channel.exchange_delete(exchange.as_str().into(), options).await.expect("an exchange");
    connection.close(200, "OK".into()).await.expect("a good end");
}

/// Prints how ours does beside lapin alone: the median of fifteen rounds of each, taken in turn.
pub(crate) fn ratios(url: &str) {
    let runtime = runtime();
    let ours = Arc::new(runtime.block_on(Ours::over(url)));
    let raw = Arc::new(runtime.block_on(Raw::new(url)));
    println!("\n{:12} {:>10} {:>10} {:>7}   messages/s", "", "ours", "lapin", "ratio");
    for load in LOADS {
        let (mut mine, mut alone) = ([0.0; 15], [0.0; 15]);
        for (mine, alone) in mine.iter_mut().zip(&mut alone) {
            *mine = rate(|| runtime.block_on(round(&ours, load)));
            *alone = rate(|| runtime.block_on(round(&raw, load)));
        }
        let (mine, alone) = (median(mine), median(alone));
        let name = match load {
            Load::Sequential => "sequential",
            Load::InFlight32 => "32 in flight",
            Load::Casts => "casts",
        };
        println!("{name:12} {mine:10.0} {alone:10.0} {:6.0} %", 100.0 * mine / alone);
    }
    runtime.block_on(ours.leave());
    runtime.block_on(tidy(url, &ours.names()));
    runtime.block_on(tidy(url, &raw.names()));
}

fn median(mut rates: [f64; 15]) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates[7]
}

fn rate(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    MESSAGES as f64 / began.elapsed().as_secs_f64()
}
