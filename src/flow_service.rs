//! What was seen of requests, for whoever asks: `GET /flows` and `GET /flows/REQUEST_ID`.

use crate::{
    Conf, Error,
    http_service::{HttpService, Listening, Role},
};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use nova_paste::{Request, Response, app_fn, body};
use nova_traces::{Flows, flows::LANE};
use serde_json::Value;
use std::net::SocketAddr;

const FLOWS: Role = Role { service: "the flows", lane: LANE, option: "--flow-port" };

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
            let answer = answer(&flows, request.uri().path());
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

fn answer(flows: &Flows, path: &str) -> Response {
    let told = match path.strip_prefix("/flows").map(|rest| rest.trim_start_matches('/')) {
        Some("") => serde_json::to_value(flows.requests()).ok(),
        Some(request_id) => {
            let flow = flows.flow(request_id);
            (!flow.segments.is_empty()).then(|| serde_json::to_value(flow).unwrap_or_default())
        }
        None => None,
    };
    let status = if told.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut response = Response::new(body(told.unwrap_or(Value::Null).to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
