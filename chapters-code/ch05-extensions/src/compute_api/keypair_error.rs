//! What is refused of key pairs, under Nova's names (`nova/exception.py`).

use nova_objects::{NovaException, StoreError};
use std::borrow::Cow;

/// Why a key pair could not be made or found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum KeypairError {
    /// The name or the key is not what it should be.
    #[error("Keypair data is invalid: {0}")]
    Invalid(String),
    /// The user has one of that name.
    #[error("Key pair '{0}' already exists.")]
    Exists(String),
    /// The user has none of that name.
    #[error("Keypair {name} not found for user {user_id}")]
    NotFound {
        /// The name.
        name: String,
        /// The user.
        user_id: String,
    },
    /// The user has as many as anybody may have. The words are those that Nova's API has for it.
    #[error("Quota exceeded, too many key pairs.")]
    LimitExceeded,
    /// No key could be made.
    #[error("a key pair could not be made: {0}")]
    Generation(String),
    /// The rows could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NovaException for KeypairError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::Invalid(_) => "InvalidKeypair".into(),
            Self::Exists(_) => "KeyPairExists".into(),
            Self::NotFound { .. } => "KeypairNotFound".into(),
            Self::LimitExceeded => "KeypairLimitExceeded".into(),
            Self::Generation(_) => "NovaException".into(),
            Self::Store(error) => error.class(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::Invalid(_) => 400,
            Self::Exists(_) => 409,
            Self::NotFound { .. } => 404,
            Self::LimitExceeded => 403,
            Self::Generation(_) => 500,
            Self::Store(error) => error.code(),
        }
    }
}
