//! Provisional.
use nova_objects::Unplugged;

/// Why nothing was loaded.
#[derive(Debug, thiserror::Error)]
pub enum PasteError {
    /// A factory did not like a value (`ValueError`).
    #[error("{0}")]
    ValueError(String),
    /// A factory missed a key (`KeyError`).
    #[error("{0}")]
    KeyError(String),
    /// A factory asked for something that is not there.
    #[error(transparent)]
    Unplugged(#[from] Unplugged),
}

impl PasteError {
    /// A factory did not like a value.
    pub fn value_error(message: impl Into<String>) -> Self {
        Self::ValueError(message.into())
    }

    /// A factory missed a key of its section.
    pub fn key_error(key: impl Into<String>) -> Self {
        Self::KeyError(key.into())
    }
}
