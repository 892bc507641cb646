//! What goes wrong in messaging itself (`oslo_messaging/exceptions.py`).

use nova_objects::{NovaException, RemoteError};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// An error of the messaging layer: no method ran, or its answer did not get through.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MessagingError {
    /// No reply came in time. Whether the method ran, nobody knows.
    #[error("Timed out waiting for a reply to message ID {0}")]
    MessagingTimeout(String),
    /// The broker did not take the message, or went away.
    #[error("{0}")]
    MessageDeliveryFailure(String),
    /// What should say where the broker is says nothing.
    #[error("transport_url: {0}")]
    InvalidTransportUrl(String),
    /// Nothing can be sent there in this way.
    #[error("{0}")]
    InvalidTarget(&'static str),
    /// No endpoint of this namespace serves this version.
    #[error("Endpoint does not support RPC version {version}. Attempted method: {method}")]
    UnsupportedVersion {
        /// The version that the client asked for.
        version: String,
        /// The method that the client asked for.
        method: String,
    },
    /// An endpoint serves the version, but has no such method.
    #[error("Endpoint does not support RPC method {0}")]
    NoSuchMethod(String),
    /// The envelope is of a version that nobody here can open.
    #[error("Specified RPC envelope version, {0}, not supported by this endpoint.")]
    UnsupportedEnvelope(String),
    /// What arrived, or was to leave, does not have the shape it should.
    #[error("{0}")]
    Malformed(String),
    /// A method panicked.
    #[error("the method panicked: {0}")]
    Panicked(String),
}

impl MessagingError {
    pub(crate) fn malformed(what: &str, reason: &impl std::fmt::Display) -> Self {
        Self::Malformed(format!("{what}: {reason}"))
    }
}

impl NovaException for MessagingError {
    fn class(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::MessagingTimeout(_) => "MessagingTimeout",
            Self::MessageDeliveryFailure(_) => "MessageDeliveryFailure",
            Self::InvalidTransportUrl(_) => "InvalidTransportURL",
            Self::InvalidTarget(_) => "InvalidTarget",
            Self::UnsupportedVersion { .. } => "UnsupportedVersion",
            Self::NoSuchMethod(_) => "NoSuchMethod",
            Self::UnsupportedEnvelope(_) => "UnsupportedRpcEnvelopeVersion",
            Self::Malformed(_) => "TypeError",
            Self::Panicked(_) => "RuntimeError",
        })
    }

    fn module(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::MessagingTimeout(_)
            | Self::MessageDeliveryFailure(_)
            | Self::InvalidTransportUrl(_)
            | Self::InvalidTarget(_) => "oslo_messaging.exceptions",
            Self::UnsupportedVersion { .. } | Self::NoSuchMethod(_) => {
                "oslo_messaging.rpc.dispatcher"
            }
            Self::UnsupportedEnvelope(_) => "oslo_messaging._drivers.common",
            Self::Malformed(_) | Self::Panicked(_) => "builtins",
        })
    }

    fn kwargs(&self) -> Map<String, Value> {
        Map::new()
    }
}

impl From<MessagingError> for RemoteError {
    fn from(error: MessagingError) -> Self {
        Self::from_exception(&error)
    }
}
