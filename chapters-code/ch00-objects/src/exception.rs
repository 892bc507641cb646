//! Errors that keep their Nova name across HTTP and RPC (`nova/exception.py`).

use serde_json::{Map, Value};
use std::{borrow::Cow, fmt};

/// An error that Nova knows by a class name.
///
/// The name and the code decide what a client reads (`faultwrap`), and which exception a Python
/// peer raises at the other end of an RPC.
pub trait NovaException: std::error::Error {
    /// The Python class: `InstanceNotFound`.
    fn class(&self) -> Cow<'_, str>;

    /// The Python module the class lives in.
    fn module(&self) -> Cow<'_, str> {
        "nova.exception".into()
    }

    /// The HTTP status that goes with it.
    fn code(&self) -> u16 {
        500
    }

    /// May a client read the message even if nobody expected the error (`safe`)?
    fn safe(&self) -> bool {
        false
    }

    /// What the exception was made of, by name.
    fn kwargs(&self) -> Map<String, Value> {
        Map::from_iter([("code".to_owned(), Value::from(self.code()))])
    }
}

/// An error that happened on the other side of a socket.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteError {
    /// The Python class name of the exception.
    pub class: String,
    /// Its Python module.
    pub module: String,
    /// Its text.
    pub message: String,
    /// Its keyword arguments; Nova keeps the HTTP code there.
    pub kwargs: Map<String, Value>,
}

impl RemoteError {
    /// What `error` becomes when it leaves the process.
    pub fn from_exception(error: &dyn NovaException) -> Self {
        Self {
            class: error.class().into_owned(),
            module: error.module().into_owned(),
            message: error.to_string(),
            kwargs: error.kwargs(),
        }
    }

    /// An error of the messaging layer itself, such as `MessagingTimeout`.
    pub fn messaging(class: &str, message: impl Into<String>) -> Self {
        Self {
            class: class.to_owned(),
            module: "oslo_messaging.exceptions".to_owned(),
            message: message.into(),
            kwargs: Map::new(),
        }
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RemoteError {}

impl NovaException for RemoteError {
    fn class(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.class)
    }

    fn module(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.module)
    }

    fn kwargs(&self) -> Map<String, Value> {
        self.kwargs.clone()
    }

    fn code(&self) -> u16 {
        let code = self.kwargs.get("code").and_then(Value::as_u64);
        code.and_then(|code| u16::try_from(code).ok()).unwrap_or(500)
    }
}
