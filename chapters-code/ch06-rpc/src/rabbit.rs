//! What an operator may say of the broker (`oslo_messaging/_drivers/impl_rabbit.py`, its options).

use std::time::Duration;

/// The options of `[oslo_messaging_rabbit]` that matter here, under their names, and the exchange.
///
/// A queue or an exchange that exists must be declared as it was, or the broker refuses: all
/// services of a cloud, Python's too, need the same `control_exchange`, `amqp_durable_queues`,
/// `rabbit_quorum_queue` and `rabbit_transient_quorum_queue`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RabbitOptions {
    /// The exchange that the topics belong to.
    pub control_exchange: String,
    /// Do exchange and queues of the topics outlive the broker?
    pub amqp_durable_queues: bool,
    /// Are the queues of the topics kept by several brokers? If so, they are durable.
    pub rabbit_quorum_queue: bool,
    /// Are those of fanouts and replies?
    pub rabbit_transient_quorum_queue: bool,
    /// How long a queue of fanouts or replies outlives its consumer, in whole seconds.
    pub rabbit_transient_queues_ttl: Duration,
    /// How many messages a broker may send before the first of them is acknowledged; 0: any
    /// number. Where oslo.messaging has none, the default here is as many as a server works on.
    pub rabbit_qos_prefetch_count: u32,
    /// After how much silence a connection counts as lost, in whole seconds; 0: never.
    pub heartbeat_timeout_threshold: Duration,
    /// The longest pause between two attempts to reach the broker.
    pub rabbit_interval_max: Duration,
    /// How long a reply is kept for a queue that is not there.
    pub kombu_missing_consumer_retry_timeout: Duration,
    /// How long a cast is kept while the broker cannot be reached. A call has its own timeout.
    pub rpc_response_timeout: Duration,
}

impl Default for RabbitOptions {
    fn default() -> Self {
        Self {
            control_exchange: "nova".into(),
            amqp_durable_queues: false,
            rabbit_quorum_queue: false,
            rabbit_transient_quorum_queue: false,
            rabbit_transient_queues_ttl: Duration::from_secs(1800),
            rabbit_qos_prefetch_count: crate::EXECUTOR_POOL_SIZE as u32,
            heartbeat_timeout_threshold: Duration::from_secs(60),
            rabbit_interval_max: Duration::from_secs(2),
            kombu_missing_consumer_retry_timeout: Duration::from_secs(60),
            rpc_response_timeout: crate::RPC_RESPONSE_TIMEOUT,
        }
    }
}
