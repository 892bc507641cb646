//! An error on the wire (`oslo_messaging/_drivers/common.py`, `serialize_remote_exception`).

use nova_objects::RemoteError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::panic::Location;

/// What a Python peer needs to raise the same exception.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The class of the exception.
    pub class: String,
    /// The module of the class.
    pub module: String,
    /// What it says.
    pub message: String,
    /// The traceback, a line or more an entry, each with its newline.
    #[serde(default)]
    pub tb: Vec<String>,
    /// What it was made of, by position.
    #[serde(default)]
    pub args: Vec<Value>,
    /// What it was made of, by name.
    #[serde(default)]
    pub kwargs: Map<String, Value>,
}

impl Failure {
    /// What `method`, registered at `location`, failed with.
    pub fn of(error: RemoteError, method: &str, location: &Location<'_>) -> Self {
        let (file, line) = (location.file(), location.line());
        let tb = vec![
            "Traceback (most recent call last):\n".to_owned(),
            format!("  File \"{file}\", line {line}, in {method}\n"),
            format!("{}: {}\n", error.class, error.message),
        ];
        let args = vec![Value::from(error.message.as_str())];
        let RemoteError { class, module, message, kwargs } = error;
        Self { class, module, message, tb, args, kwargs }
    }
}

impl From<Failure> for RemoteError {
    fn from(failure: Failure) -> Self {
        let Failure { class, module, message, kwargs, .. } = failure;
        Self { class, module, message, kwargs }
    }
}
