//! What is sent to a neighbour, with what says who asks and for which request.

use bytes::Bytes;
use http::{HeaderValue, Request, header};
use nova_objects::{RequestContext, Secret};
use nova_paste::Body;
use std::path::Path;

/// What goes with a request.
pub(crate) enum Content<'c> {
    Nothing,
    Json(Bytes),
    File(&'c Path),
}

/// A request that may be sent several times.
pub(crate) struct Asked<'c> {
    pub(crate) head: Request<()>,
    pub(crate) content: Content<'c>,
}

impl Asked<'_> {
    /// The request to `endpoint`, with what says who asks.
    pub(crate) fn request(
        &self,
        endpoint: &str,
        context: &RequestContext,
        length: Option<u64>,
        content: Body,
    ) -> Result<Request<Body>, http::Error> {
        let mut request = Request::builder()
            .method(self.head.method())
            .uri(format!("{endpoint}{}", self.head.uri()))
            .header(header::ACCEPT, "application/json")
            .header("x-openstack-request-id", &context.request_id);
        if let Some(token) = &context.auth_token {
            request = request.header("x-auth-token", secret(token)?);
        }
        if let Some(traceparent) = context.traceparent {
            request = request.header("traceparent", traceparent.to_string());
        }
        let said = self.head.headers();
        match &self.content {
            Content::Json(_) if !said.contains_key(header::CONTENT_TYPE) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
            }
            Content::Nothing | Content::Json(_) | Content::File(_) => {}
        }
        if let Some(length) = length {
            request = request.header(header::CONTENT_LENGTH, length);
        }
        let request = said.iter().fold(request, |all, (name, value)| all.header(name, value));
        request.body(content)
    }
}

/// A header's value that `{:?}` does not show.
///
/// # Errors
///
/// No header can carry it.
pub(crate) fn secret(secret: &Secret) -> Result<HeaderValue, http::Error> {
    let mut value = HeaderValue::try_from(secret.expose())?;
    value.set_sensitive(true);
    Ok(value)
}
