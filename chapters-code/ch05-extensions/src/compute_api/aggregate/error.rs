//! What cannot be done to an aggregate, under Nova's names (`nova/exception.py`).

use crate::compute_api::HostError;
use nova_objects::{Aggregate, NovaException, StoreError};
use std::borrow::Cow;

/// Why an aggregate stays as it is.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AggregateError {
    /// Another one has the name.
    #[error("Aggregate {0} already exists.")]
    AggregateNameExists(String),
    /// The host is in it already.
    #[error("Aggregate {id} already has host {host}.")]
    AggregateHostExists {
        /// The aggregate.
        id: i64,
        /// The host.
        host: String,
    },
    /// The host is not in it.
    #[error("Aggregate {id} has no host {host}.")]
    AggregateHostNotFound {
        /// The aggregate.
        id: i64,
        /// The host.
        host: String,
    },
    /// A host would be in two zones, a zone would have no name, or a host would lose its
    /// aggregate.
    #[error("Cannot {action} aggregate {id}. Reason: {reason}.")]
    InvalidAggregateAction {
        /// What was to be done: `add host to`.
        action: &'static str,
        /// The aggregate.
        id: i64,
        /// Why not.
        reason: String,
    },
    /// There is no such host, or the rows could not be read.
    #[error(transparent)]
    Host(#[from] HostError),
    /// There is no such aggregate, or the rows could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AggregateError {
    pub(super) fn invalid(action: &'static str, aggregate: &Aggregate, reason: String) -> Self {
        Self::InvalidAggregateAction { action, id: aggregate.id, reason }
    }
}

impl NovaException for AggregateError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::AggregateNameExists(_) => "AggregateNameExists".into(),
            Self::AggregateHostExists { .. } => "AggregateHostExists".into(),
            Self::AggregateHostNotFound { .. } => "AggregateHostNotFound".into(),
            Self::InvalidAggregateAction { .. } => "InvalidAggregateAction".into(),
            Self::Host(error) => error.class(),
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::AggregateNameExists(_) | Self::AggregateHostExists { .. } => 409,
            Self::AggregateHostNotFound { .. } => 404,
            Self::InvalidAggregateAction { .. } => 400,
            Self::Host(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}
