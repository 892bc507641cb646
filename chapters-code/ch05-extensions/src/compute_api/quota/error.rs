//! What a quota refuses, under Nova's names (`nova/exception.py`).

use nova_objects::{NovaException, StoreError};
use std::borrow::Cow;

/// Why something is too much, or a limit cannot be set.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QuotaError {
    /// A server is to have too many notes.
    #[error("Maximum number of metadata items exceeds {0}")]
    MetadataLimitExceeded(i64),
    /// A server is to have too many files.
    #[error("Personality file limit exceeded")]
    OnsetFileLimitExceeded,
    /// One of them has too long a path.
    #[error("Personality file path too long")]
    OnsetFilePathLimitExceeded,
    /// One of them is too long.
    #[error("Personality file content too long")]
    OnsetFileContentLimitExceeded,
    /// The project, or the user, has all the server groups it may have.
    #[error("Quota exceeded, too many server groups.")]
    ServerGroups,
    /// The user has all the servers it may have in the group.
    #[error("Quota exceeded, too many servers in group")]
    ServerGroupMembers,
    /// A limit below no limit at all.
    #[error("Quota limit {limit} for {resource} must be -1 or greater.")]
    Negative {
        /// The limit wanted.
        limit: i64,
        /// For what.
        resource: &'static str,
    },
    /// More is in use already, or promised to users.
    #[error(
        "Quota limit {limit} for {resource} must be greater than or equal to already used and \
         reserved {minimum}."
    )]
    BelowUse {
        /// The limit wanted.
        limit: i64,
        /// For what.
        resource: &'static str,
        /// The least that is possible.
        minimum: i64,
    },
    /// The project has less left for this user.
    #[error("Quota limit {limit} for {resource} must be less than or equal to {maximum}.")]
    AboveProject {
        /// The limit wanted.
        limit: i64,
        /// For what.
        resource: &'static str,
        /// The most that is possible.
        maximum: i64,
    },
    /// The rows could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NovaException for QuotaError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::MetadataLimitExceeded(_) => "MetadataLimitExceeded".into(),
            Self::OnsetFileLimitExceeded => "OnsetFileLimitExceeded".into(),
            Self::OnsetFilePathLimitExceeded => "OnsetFilePathLimitExceeded".into(),
            Self::OnsetFileContentLimitExceeded => "OnsetFileContentLimitExceeded".into(),
            Self::ServerGroups | Self::ServerGroupMembers => "QuotaError".into(),
            Self::Negative { .. } | Self::BelowUse { .. } | Self::AboveProject { .. } => {
                "InvalidQuotaValue".into()
            }
            Self::Store(error) => error.class(),
        }
    }

    fn module(&self) -> Cow<'_, str> {
        match self {
            Self::Store(error) => error.module(),
            _ => "nova.exception".into(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::Negative { .. } | Self::BelowUse { .. } | Self::AboveProject { .. } => 400,
            Self::Store(error) => error.code(),
            _ => 403,
        }
    }

    fn safe(&self) -> bool {
        self.code() == 403
    }
}
