//! A body that a method reads as it comes (`webob.Request.body_file`).

use nova_paste::Body;
use std::sync::{Arc, Mutex, PoisonError};

/// A body that may be longer than memory. Whoever takes it has it alone.
#[derive(Clone, Debug, Default)]
pub struct BodyFile(Arc<Mutex<Option<Body>>>);

impl BodyFile {
    /// The file of `body`.
    pub(crate) fn of(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Some(body))))
    }

    /// The body; `None` if somebody has taken it, or if it is of a type that is read whole.
    pub fn take(&self) -> Option<Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
