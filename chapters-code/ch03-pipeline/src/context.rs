//! The beginnings of a context: what a request says before anybody knows who asks.

use nova_objects::RequestContext;
use nova_paste::{Environ, Request};

/// What the filters that make contexts may believe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `[DEFAULT] use_forwarded_for`: is `X-Forwarded-For` the client's address?
    pub use_forwarded_for: bool,
}

/// Nobody's context, with the ids that the filters outside gave the request.
pub(crate) fn anonymous(environ: &Environ) -> RequestContext {
    let context = match &environ.request_id {
        Some(request_id) => RequestContext::of_request(request_id.clone()),
        None => RequestContext::default(),
    };
    RequestContext {
        global_request_id: environ.global_request_id.clone(),
        traceparent: environ.traceparent,
        ..context
    }
}

/// Whom a proxy says it asks for, if that is to be believed.
pub(crate) fn forwarded_for(request: &Request, options: Options) -> Option<String> {
    let forwarded = request.headers().get("x-forwarded-for")?;
    let text = String::from_utf8_lossy(forwarded.as_bytes()).into_owned();
    options.use_forwarded_for.then_some(text)
}
