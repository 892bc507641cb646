//! What a controller's method raises.

use nova_objects::NovaException;
use nova_paste::Raised;
use nova_pipeline::Fault;

/// Why a method has no answer.
///
/// In Python a method raises either one of WebOb's HTTP exceptions, with an explanation for the
/// client, or an exception of Nova's own. Here the first is an [`ApiError::http`], and the
/// second arrives through `?`. [`Method`](crate::Method) tells what becomes of each.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// An answer for the client (`webob.exc.HTTPException`).
    Http(Fault),
    /// An exception, and the Python module of its class.
    Nova(Raised, String),
}

impl ApiError {
    /// An answer that explains itself: `HTTPConflict(explanation="...")`. A method that raises it has
    /// to [expect](crate::Method::expected_errors) its code; else it is a 500.
    pub fn http(code: u16, explanation: impl Into<String>) -> Self {
        Self::Http(Fault::new(code, explanation))
    }
}

impl<E: NovaException> From<E> for ApiError {
    fn from(error: E) -> Self {
        let module = error.module().into_owned();
        Self::Nova(Raised::from(error), module)
    }
}
