//! Who a message is for (`oslo_messaging/target.py`).

use std::fmt;

/// Where a message goes, or where a server listens.
///
/// A client's target names a topic; with a server, one process of it; with `fanout`, all of
/// them. A server's target names its topic and itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The exchange that the topic belongs to. `None`: the transport's own (`control_exchange`).
    pub exchange: Option<String>,
    /// What kind of service: `scheduler`, `compute`, `conductor`.
    pub topic: String,
    /// Which one of them: its host. `None`: whichever is free.
    pub server: Option<String>,
    /// Which set of methods of the service. `None`: its main one.
    pub namespace: Option<String>,
    /// The version of the methods that the client was written for: `4.3`.
    pub version: String,
    /// Is the message for all servers of the topic?
    pub fanout: bool,
}

impl Target {
    /// Any server of `topic`, version 1.0 of its methods.
    pub fn topic(topic: impl Into<String>) -> Self {
        Self {
            exchange: None,
            topic: topic.into(),
            server: None,
            namespace: None,
            version: "1.0".into(),
            fanout: false,
        }
    }

    /// The topic of another exchange than the transport's own.
    #[must_use]
    pub fn exchange(mut self, exchange: impl Into<String>) -> Self {
        self.exchange = Some(exchange.into());
        self
    }

    /// The server on this host.
    #[must_use]
    pub fn server(mut self, host: impl Into<String>) -> Self {
        self.server = Some(host.into());
        self
    }

    /// The methods of this namespace.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// This version of the methods.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }
}

/// As the routing key has it: `scheduler`, `compute.host-2`.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.topic)?;
        self.server.iter().try_for_each(|server| write!(f, ".{server}"))
    }
}
