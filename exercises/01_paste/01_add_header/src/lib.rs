//! A filter that adds a header to each answer.

use async_trait::async_trait;
use http::{HeaderName, HeaderValue};
use nova_paste::{
    App, Application, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteError,
    Raised, Request, Response,
};
use std::sync::Arc;

/// What this package offers to a paste file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] =
    &[EntryPoint::filter("workshop.add_header:AddHeader.factory", factory)];

/// The app behind the filter, and what the section has said.
struct AddHeader {
    application: App,
    name: HeaderName,
    value: HeaderValue,
}

/// Makes the filter of what its section says under `name` and `value`.
pub fn factory(
    _loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<Filter, PasteError> {
    // What does the section say? So far this does not look, and lets everything through.
    Ok(Box::new(|application| application))
}

#[async_trait]
impl Application for AddHeader {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        self.application.call(request).await
    }
}
