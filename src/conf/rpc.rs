//! How the services reach each other (`nova/rpc.py`, `oslo_messaging`).

use super::Endpoint;
use nova_objects::Secret;
use nova_rpc::{RabbitOptions, rpcapi};
use std::time::Duration;

/// The options about messages between services.
#[derive(Clone, Debug, PartialEq)]
pub struct Rpc {
    /// Where the broker is, if there is one; a URL with a password in it.
    pub transport_url: Secret,
    /// How it is used.
    pub rabbit: RabbitOptions,
    /// Where the compute services listen.
    pub compute_topic: String,
    /// Where the schedulers listen.
    pub scheduler_topic: String,
    /// Where the conductors listen.
    pub conductor_topic: String,
}

impl Default for Rpc {
    fn default() -> Self {
        Self {
            transport_url: Secret::from(""),
            rabbit: RabbitOptions::default(),
            compute_topic: rpcapi::compute::TOPIC.into(),
            scheduler_topic: rpcapi::scheduler::TOPIC.into(),
            conductor_topic: rpcapi::conductor::TOPIC.into(),
        }
    }
}

/// `[flow]`: what the services see of requests, brought together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Does each service send what it has seen?
    pub enabled: bool,
    /// The topic to which it is sent.
    pub topic: String,
    /// The port on which the API process tells it; 0 takes any free one.
    pub port: u16,
    /// The collector of OpenTelemetry that each process tells what it has seen.
    pub otlp_endpoint: Option<Endpoint>,
}

impl Default for Flow {
    fn default() -> Self {
        Self { enabled: false, topic: "flows".into(), port: 8780, otlp_endpoint: None }
    }
}

/// How long a server may be in the making, if nobody says otherwise.
pub(super) const INSTANCE_BUILD_TIMEOUT: Duration = Duration::from_secs(60);
