//! What a Python exception carries while it travels through the filters.

use http::{HeaderMap, StatusCode};
use nova_objects::NovaException;
use std::fmt;

/// An error on its way outwards.
///
/// `faultwrap` catches it and makes a fault of it. What escapes every filter is the server's
/// plain 500.
#[derive(Clone, Debug, PartialEq)]
pub struct Raised {
    /// The Python class of the exception.
    pub class: String,
    /// The HTTP status it asks for. `None`: it knows of none.
    pub code: Option<u16>,
    /// May the client read the message?
    pub safe: bool,
    /// Headers the answer is to have.
    pub headers: HeaderMap,
    /// What went wrong.
    pub message: String,
}

impl Raised {
    /// An exception that nobody expected: a plain 500.
    pub fn new(class: &str, message: impl Into<String>) -> Self {
        Self {
            class: class.into(),
            code: None,
            safe: false,
            headers: HeaderMap::new(),
            message: message.into(),
        }
    }

    /// The status this becomes if nobody knows better.
    pub fn status(&self) -> StatusCode {
        let known = self.code.and_then(|code| StatusCode::from_u16(code).ok());
        known.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class, self.message)
    }
}

impl std::error::Error for Raised {}

impl<E: NovaException> From<E> for Raised {
    fn from(error: E) -> Self {
        Self {
            class: error.class().into_owned(),
            code: Some(error.code()),
            safe: error.safe(),
            headers: HeaderMap::new(),
            message: error.to_string(),
        }
    }
}
