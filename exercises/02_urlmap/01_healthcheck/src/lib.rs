//! An app that says whether this service wants requests.

use async_trait::async_trait;
use http::{HeaderValue, Method, StatusCode, header};
use nova_paste::{
    App, Application, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError, Raised,
    Request, Response, body,
};
use std::{path::PathBuf, sync::Arc};

/// What this package offers to a paste file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] =
    &[EntryPoint::app("workshop.healthcheck:Healthcheck.app_factory", app_factory)];

/// Answers whoever asks whether to send requests here: a load balancer, every other second.
struct Healthcheck {
    /// While this file exists, it says no.
    disable_by_file_path: Option<PathBuf>,
}

/// Makes the app. A section without `disable_by_file_path` has no file to look for.
pub fn app_factory(
    _loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<App, PasteError> {
    let disable_by_file_path = local_conf.get("disable_by_file_path").map(PathBuf::from);
    Ok(Arc::new(Healthcheck { disable_by_file_path }))
}

#[async_trait]
impl Application for Healthcheck {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        // So far all is always well.
        Ok(answer(StatusCode::OK, "OK"))
    }
}

/// An answer of plain text, which may be empty.
fn answer(status: StatusCode, text: &'static str) -> Response {
    let plain = HeaderValue::from_static("text/plain; charset=UTF-8");
    let mut answer = Response::new(body(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, plain);
    answer
}
