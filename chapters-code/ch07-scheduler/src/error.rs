//! Why nothing was scheduled (`nova/exception.py`).

use crate::loadables::NotInstalled;
use nova_objects::{NovaException, RemoteError, StoreError};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What can go wrong between a request and a host.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SchedulerError {
    /// The filters left too few hosts.
    #[error("No valid host was found. {reason}")]
    NoValidHost {
        /// What was missing.
        reason: String,
    },
    /// Host after host declined.
    #[error(
        "Exceeded maximum number of retries. Exceeded max scheduling attempts {max_attempts} \
         for instance {instance_uuid}. Last exception: {exc_reason}"
    )]
    MaxRetriesExceeded {
        /// How many attempts there may be.
        max_attempts: u32,
        /// The instance that nobody wanted.
        instance_uuid: String,
        /// Why the last host declined.
        exc_reason: String,
    },
    /// The options name a filter that is not installed.
    #[error("Scheduler Host Filter {0}")]
    FilterNotFound(NotInstalled),
    /// The options name a weigher that is not installed.
    #[error("Class {0}")]
    WeigherNotFound(NotInstalled),
    /// The rows could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The compute service could not be told.
    #[error(transparent)]
    Compute(#[from] RemoteError),
}

impl SchedulerError {
    /// Fewer hosts than instances.
    pub(crate) fn not_enough_hosts() -> Self {
        Self::NoValidHost { reason: "There are not enough hosts available.".into() }
    }
}

impl NovaException for SchedulerError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::NoValidHost { .. } => "NoValidHost".into(),
            Self::MaxRetriesExceeded { .. } => "MaxRetriesExceeded".into(),
            Self::FilterNotFound(_) => "SchedulerHostFilterNotFound".into(),
            Self::WeigherNotFound(_) => "ClassNotFound".into(),
            Self::Store(error) => error.class(),
            Self::Compute(error) => error.class(),
        }
    }

    fn module(&self) -> Cow<'_, str> {
        match self {
            Self::Store(error) => error.module(),
            Self::Compute(error) => error.module(),
            _ => "nova.exception".into(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::Store(error) => error.code(),
            Self::Compute(error) => error.code(),
            Self::FilterNotFound(_) | Self::WeigherNotFound(_) => 404,
            Self::NoValidHost { .. } | Self::MaxRetriesExceeded { .. } => 500,
        }
    }

    fn kwargs(&self) -> Map<String, Value> {
        match self {
            Self::Store(error) => error.kwargs(),
            Self::Compute(error) => error.kwargs(),
            _ => Map::from_iter([("code".to_owned(), self.code().into())]),
        }
    }
}
