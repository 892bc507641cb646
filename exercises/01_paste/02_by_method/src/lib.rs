//! A composite that sends reads to one app and everything else to another.

use async_trait::async_trait;
use http::{Method, StatusCode};
use nova_paste::{
    App, Application, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError, Raised,
    Request, Response, app_fn, body,
};
use std::sync::Arc;

/// What this package offers to a paste file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] = &[
    EntryPoint::composite("workshop.by_method:by_method_factory", by_method_factory),
    EntryPoint::app("workshop.by_method:closed_factory", closed_factory),
];

/// Two apps, of which a request's method chooses one.
struct ByMethod {
    reads: App,
    writes: App,
}

/// Asks for the two apps that its section names under `reads` and `writes`. What the section sets
/// holds for both.
pub fn by_method_factory(
    loader: &Loader<'_>,
    global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<App, PasteError> {
    // So far this asks for one app, and takes what it gets for both.
    let reads = loader.get_app(local_conf.get("reads").unwrap_or_default())?;
    Ok(Arc::new(ByMethod { writes: Arc::clone(&reads), reads }))
}

#[async_trait]
impl Application for ByMethod {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        // Which methods read?
        self.reads.call(request).await
    }
}

/// An app to send writes to: it does nothing, and says so.
pub fn closed_factory(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    Ok(app_fn(async |_request| {
        let mut answer = Response::new(body("This cloud may be looked at, and not touched.\n"));
        *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        Ok(answer)
    }))
}
