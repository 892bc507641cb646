//! Refuses bodies that are too large (`oslo_middleware.RequestBodySizeLimiter`).

use crate::webob::{Asker, plain_error};
use async_trait::async_trait;
use http::header;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use nova_paste::{
    App, Application, Body, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteError,
    Raised, Request, Response,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("oslo_middleware:RequestBodySizeLimiter.factory", factory);

/// How large a body may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `[oslo_middleware] max_request_body_size`, in bytes.
    pub max_request_body_size: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_request_body_size: 112 * 1024 }
    }
}

/// Answers 413 to a request whose body is too large.
///
/// If the client says the length, nobody inside sees the request. If it does not, the body
/// breaks off at the limit while it is read, and whatever the app makes of that, the client gets
/// the 413.
pub struct RequestBodySizeLimiter {
    application: App,
    max: usize,
}

/// Makes the filter. `max_request_body_size` in its section goes before the [`Options`].
///
/// # Errors
///
/// If the section's value is no number.
pub fn factory(
    loader: &Loader<'_>,
    _: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<Filter, PasteError> {
    let mut options: Options = loader.plugs().get_or_default();
    if let Some(size) = local_conf.get("max_request_body_size") {
        let wrong = || format!("max_request_body_size is to be a number of bytes, not {size:?}");
        options.max_request_body_size =
            size.parse().map_err(|_| PasteError::value_error(wrong()))?;
    }
    Ok(Box::new(move |app| Arc::new(RequestBodySizeLimiter::new(app, &options))))
}

impl RequestBodySizeLimiter {
    /// The filter around `application`.
    pub fn new(application: App, options: &Options) -> Self {
        Self { application, max: options.max_request_body_size }
    }
}

#[async_trait]
impl Application for RequestBodySizeLimiter {
    // ANCHOR: call
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        let asker = Asker::of(&request);
        let too_large = || Ok(plain_error(413, "Request is too large.", &asker));
        if content_length(&request).is_some_and(|length| length > self.max) {
            return too_large();
        }
        let exceeded = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| limit(body, self.max, Arc::clone(&exceeded)));
        let answer = self.application.call(request).await;
        if exceeded.load(Ordering::Relaxed) { too_large() } else { answer }
    }
    // ANCHOR_END: call
}

/// What the client says of the length, if it says something.
fn content_length(request: &Request) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

// ANCHOR: limit
/// A body that ends in an error behind `max` bytes, and says so in `exceeded`.
fn limit(body: Body, max: usize, exceeded: Arc<AtomicBool>) -> Body {
    let limited = Limited::new(body, max).map_err(move |error| {
        exceeded.fetch_or(error.is::<LengthLimitError>(), Ordering::Relaxed);
        error
    });
    limited.boxed()
}
// ANCHOR_END: limit
