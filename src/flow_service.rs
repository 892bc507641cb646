//! What was seen of requests, for whoever asks: a page for people, data for programs.
//!
//! | path | |
//! |---|---|
//! | `/` | the page: the requests of late, live, and a player |
//! | `/flows` | the requests of late, the youngest first; `?limit=` is how many |
//! | `/flows/ID` | the flow of one |
//! | `/flows/ID/walk` | the same as steps, as the player draws them |

use crate::{
    Conf, Error,
    http_service::{HttpService, Listening, Role},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use nova_paste::{Request, Response, app_fn, body};
use nova_traces::{Flow, Flows, flows::LANE, web};
use serde::Serialize;
use serde_json::json;
use std::net::SocketAddr;

const FLOWS: Role = Role { service: "the flows", lane: LANE, option: "--flow-port" };

/// The page loads nothing from elsewhere, and no script but its own runs in it.
const SECURITY_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'self'; img-src data:; frame-ancestors 'none'");

/// Tells what is in [`Flows`].
pub(crate) struct FlowService {
    service: HttpService,
    endpoint: String,
}

impl FlowService {
    pub(crate) async fn start(conf: &Conf, flows: Flows) -> Result<Self, Error> {
        let address = SocketAddr::new(conf.osapi_compute_listen, conf.flow.port);
        let port = Listening::bind(FLOWS, address).await?;
        let endpoint = port.endpoint();
        let app = app_fn(move |request: Request| {
            let answer = answer(&flows, request.uri().path(), request.uri().query());
            async move { Ok(answer) }
        });
        Ok(Self { service: port.serve(app), endpoint })
    }

    /// Where it tells: `http://127.0.0.1:8780`.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) async fn stop(self) {
        self.service.stop().await;
    }
}

fn answer(flows: &Flows, path: &str, query: Option<&str>) -> Response {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts[..] {
        [""] => page("text/html", web::PAGE_HTML),
        ["page.css"] => page("text/css", web::PAGE_CSS),
        ["page.js"] => page("text/javascript", web::PAGE_JS),
        ["player.css"] => page("text/css", web::PLAYER_CSS),
        ["player.js"] => page("text/javascript", web::PLAYER_JS),
        ["flows"] => match limit(query) {
            Ok(limit) => data(&flows.requests().into_iter().take(limit).collect::<Vec<_>>()),
            Err(limit) => refusal(400, &format!("limit={limit}: not a number")),
        },
        ["flows", request_id] => tell(flows, request_id, data),
        ["flows", request_id, "walk"] => tell(flows, request_id, |flow| data(&flow.walk())),
        _ => refusal(404, "there is /, /flows, /flows/ID and /flows/ID/walk"),
    }
}

/// How many requests are wanted: all, if nobody says.
fn limit(query: Option<&str>) -> Result<usize, &str> {
    let said = query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("limit="));
    said.map_or(Ok(usize::MAX), |text| text.parse().map_err(|_| text))
}

/// What `how` makes of the flow of a request, if any of it was seen.
fn tell(flows: &Flows, request_id: &str, how: impl Fn(&Flow) -> Response) -> Response {
    let flow = flows.flow(request_id);
    if flow.segments.is_empty() {
        return refusal(404, &format!("nothing is known of {request_id}"));
    }
    how(&flow)
}

fn refusal(status: u16, message: &str) -> Response {
    let mut response = data(&json!({ "error": { "code": status, "message": message } }));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response
}

fn data(value: &impl Serialize) -> Response {
    let text = serde_json::to_string(value).unwrap_or_default();
    respond("application/json", text)
}

fn page(kind: &str, text: &'static str) -> Response {
    respond(&format!("{kind}; charset=utf-8"), text.to_owned())
}

fn respond(content_type: &str, text: String) -> Response {
    let mut response = Response::new(body(text));
    let headers = response.headers_mut();
    if let Ok(content_type) = HeaderValue::try_from(content_type) {
        headers.insert(CONTENT_TYPE, content_type);
    }
    headers.insert(CONTENT_SECURITY_POLICY, SECURITY_POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A newer binary has a newer page.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
