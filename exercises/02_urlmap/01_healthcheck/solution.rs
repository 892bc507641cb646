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
        // SOLUTION
        // ANCHOR: solution
        let is_head = match *request.method() {
            Method::GET => false,
            Method::HEAD => true,
            _ => {
                let mut refusal = answer(StatusCode::METHOD_NOT_ALLOWED, "");
                refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
                return Ok(refusal);
            }
        };
        let is_disabled = match &self.disable_by_file_path {
            Some(path) => tokio::fs::try_exists(path).await.unwrap_or(false),
            None => false,
        };
        Ok(match (is_disabled, is_head) {
            (false, false) => answer(StatusCode::OK, "OK"),
            (false, true) => answer(StatusCode::NO_CONTENT, ""),
            (true, false) => answer(StatusCode::SERVICE_UNAVAILABLE, "DISABLED BY FILE"),
            (true, true) => answer(StatusCode::SERVICE_UNAVAILABLE, ""),
        })
        // ANCHOR_END: solution
        // STARTER
        // // So far all is always well.
        // Ok(answer(StatusCode::OK, "OK"))
        // END
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
