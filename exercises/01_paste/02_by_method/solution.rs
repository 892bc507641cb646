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
    // SOLUTION
    // ANCHOR: solution
    if let Some((key, _)) = local_conf.iter().find(|(key, _)| !["reads", "writes"].contains(key)) {
        return Err(PasteError::value_error(format!("`{key}` is neither `reads` nor `writes`")));
    }
    let loader = loader.with_global_conf(global_conf);
    let app = |key| {
        let name = local_conf.get(key).ok_or_else(|| PasteError::key_error(key))?;
        loader.get_app(name)
    };
    Ok(Arc::new(ByMethod { reads: app("reads")?, writes: app("writes")? }))
    // ANCHOR_END: solution
    // STARTER
    // // So far this asks for one app, and takes what it gets for both.
    // let reads = loader.get_app(local_conf.get("reads").unwrap_or_default())?;
    // Ok(Arc::new(ByMethod { writes: Arc::clone(&reads), reads }))
    // END
}

#[async_trait]
impl Application for ByMethod {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        // SOLUTION
        let app = match *request.method() {
            Method::GET | Method::HEAD | Method::OPTIONS => &self.reads,
            _ => &self.writes,
        };
        app.call(request).await
        // STARTER
        // // Which methods read?
        // self.reads.call(request).await
        // END
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
