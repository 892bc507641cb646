//! The fault: an error as Nova's clients read it (`nova.api.openstack.wsgi.Fault`).

use crate::webob::http_error;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use nova_objects::jsonutils::dumps;
use nova_paste::{Response, body};
use serde_json::{Value, json};

/// An error answer: `{"itemNotFound": {"code": 404, "message": "..."}}`.
///
/// Two stages make them: the router's resources, of errors that a controller expects, and
/// [`faultwrap`](crate::faultwrap), of all others.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    code: u16,
    explanation: String,
    headers: HeaderMap,
}

impl Fault {
    /// A fault that explains itself. A code that is no HTTP status becomes 500.
    pub fn new(code: u16, explanation: impl Into<String>) -> Self {
        let code = StatusCode::from_u16(code).map_or(500, |status| status.as_u16());
        Self { code, explanation: explanation.into(), headers: HeaderMap::new() }
    }

    /// A fault with WebOb's stock text; 500 for a code that WebOb has no error for.
    pub fn stock(code: u16) -> Self {
        let error = http_error(code);
        Self::new(error.code, error.explanation)
    }

    /// Adds a header, in place of an earlier one of its name. One that HTTP cannot carry is left
    /// out.
    #[must_use]
    pub fn header(
        mut self,
        name: impl TryInto<HeaderName>,
        value: impl TryInto<HeaderValue>,
    ) -> Self {
        if let (Ok(name), Ok(value)) = (name.try_into(), value.try_into()) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The answer's HTTP status.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// What the client reads.
    pub fn explanation(&self) -> &str {
        &self.explanation
    }

    /// The answer: status, headers and the JSON body.
    pub fn into_response(mut self) -> Response {
        let text = dumps(&self.body());
        self.headers.insert(header::CONTENT_TYPE, JSON);
        self.headers.insert(header::CONTENT_LENGTH, text.len().into());
        let mut response = Response::new(body(text));
        *response.status_mut() =
            StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        response
    }

    fn body(&self) -> Value {
        let mut fault = json!({ "code": self.code, "message": self.explanation });
        let retry = self.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        if let (413 | 429, Some(retry)) = (self.code, retry) {
            fault["retryAfter"] = retry.into();
        }
        json!({ fault_name(self.code): fault })
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");

/// The key under which the body says what happened (`Fault._fault_names`).
fn fault_name(code: u16) -> &'static str {
    match code {
        400 => "badRequest",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "itemNotFound",
        405 => "badMethod",
        409 => "conflictingRequest",
        413 | 429 => "overLimit",
        415 => "badMediaType",
        501 => "notImplemented",
        503 => "serviceUnavailable",
        _ => "computeFault",
    }
}
