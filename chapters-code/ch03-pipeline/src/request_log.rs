//! Writes a line for each request (`nova.api.openstack.requestlog.RequestLog`, since 16.0.0).

use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use std::{sync::Arc, time::Instant};

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("nova.api.openstack.requestlog:RequestLog.factory", factory);

/// The target of its lines, by which a subscriber knows them.
pub const TARGET: &str = "nova.api.openstack.requestlog";

const MICROVERSION: HeaderName = HeaderName::from_static("x-openstack-nova-api-version");

/// Writes who asked for what, how it was answered, and how long that took:
///
/// ```text
/// 127.0.0.1 "GET /v2.1/servers" status: 200 len: 15 microversion: 2.1 time: 0.000812
/// ```
///
/// It sees what the filters inside answer. What they raise is a 500 to it, even if a filter
/// outside makes something else of it.
pub struct RequestLog {
    application: App,
}

/// Makes the filter; it has no settings.
///
/// # Errors
///
/// None.
pub fn factory(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    Ok(Box::new(|application| Arc::new(RequestLog::new(application))))
}

impl RequestLog {
    /// The filter around `application`.
    pub fn new(application: App) -> Self {
        Self { application }
    }
}

#[async_trait]
impl Application for RequestLog {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        let began = Instant::now();
        let asked = asked(&request);
        let answer = self.application.call(request).await;
        let (status, headers) = match &answer {
            Ok(response) => (response.status(), response.headers()),
            Err(raised) => (raised.status(), &raised.headers),
        };
        tracing::info!(
            target: TARGET,
            "{asked} status: {} len: {} microversion: {} time: {:.6}",
            status.as_u16(),
            text(headers, &header::CONTENT_LENGTH),
            text(headers, &MICROVERSION),
            began.elapsed().as_secs_f64(),
        );
        answer
    }
}

/// Who asks, and for what: `127.0.0.1 "GET /v2.1/servers?limit=1"`.
fn asked(request: &Request) -> String {
    let Environ { script_name, path_info, query_string, remote_addr, .. } = Environ::of(request);
    let address = remote_addr.map_or_else(|| "-".to_owned(), |address| address.to_string());
    let mark = if query_string.is_empty() { "" } else { "?" };
    let uri = format!("{script_name}{path_info}{mark}{query_string}");
    // A path may hold any byte; one that could begin a new line must not.
    format!("{address} \"{} {}\"", request.method(), uri.escape_default())
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> &'h str {
    headers.get(name).map(HeaderValue::to_str).and_then(Result::ok).unwrap_or("-")
}
