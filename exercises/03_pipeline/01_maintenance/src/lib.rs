//! A filter that lets nobody but administrators write while the cloud is being mended.

use async_trait::async_trait;
use http::{Method, header};
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use nova_pipeline::Fault;
use std::{path::PathBuf, sync::Arc};

/// What this package offers to a paste file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] =
    &[EntryPoint::filter("workshop.maintenance:Maintenance.factory", factory)];

/// The app behind the filter, and what the section has said.
struct Maintenance {
    application: App,
    /// While it exists, the cloud is being mended.
    file: PathBuf,
    /// How long that takes, in seconds.
    retry_after: u32,
}

/// Makes the filter of what its section says under `file` and `retry_after`.
pub fn factory(
    _loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<Filter, PasteError> {
    let get = |key| local_conf.get(key).ok_or_else(|| PasteError::key_error(key));
    let file = PathBuf::from(get("file")?);
    let seconds = get("retry_after")?;
    let wrong = |_| PasteError::value_error(format!("retry_after = {seconds} is no seconds"));
    let retry_after = seconds.parse().map_err(wrong)?;
    Ok(Box::new(move |application| Arc::new(Maintenance { application, file, retry_after })))
}

#[async_trait]
impl Application for Maintenance {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        // Who may pass, and when?
        self.application.call(request).await
    }
}
