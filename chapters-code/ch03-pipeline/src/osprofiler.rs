//! Joins a request to the trace it belongs to (`nova.profiler.WsgiMiddleware`).

use async_trait::async_trait;
use nova_objects::{TraceParent, hop};
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use std::sync::Arc;

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("nova.profiler:WsgiMiddleware.factory", factory);

/// Takes the trace out of the W3C header `traceparent`, or starts the request's own.
///
/// Everything that happens inside, here and in other services, is recorded under that trace.
/// Where ours reads `traceparent`, Nova's reads `X-Trace-Info`, signed with a shared key.
pub struct WsgiMiddleware {
    application: App,
}

/// Makes the filter; it has no settings.
///
/// # Errors
///
/// None.
pub fn factory(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    Ok(Box::new(|application| Arc::new(WsgiMiddleware::new(application))))
}

impl WsgiMiddleware {
    /// The filter around `application`.
    pub fn new(application: App) -> Self {
        Self { application }
    }
}

#[async_trait]
impl Application for WsgiMiddleware {
    // ANCHOR: call
    async fn call(&self, mut request: Request) -> Result<Response, Raised> {
        let received = received(&request);
        if let Some(message) = received {
            hop::parent(message);
        }
        let environ = Environ::of_mut(&mut request);
        let own = || environ.request_id.as_deref().map(TraceParent::start);
        let trace = received.or_else(own);
        if let Some(trace) = trace {
            hop::trace(trace);
        }
        environ.traceparent = trace;
        self.application.call(request).await
    }
    // ANCHOR_END: call
}

/// The trace that the caller sent, if it is one: a malformed header counts as none.
fn received(request: &Request) -> Option<TraceParent> {
    request.headers().get("traceparent")?.to_str().ok()?.parse().ok()
}
