//! The edge of the house: an HTTP request becomes one with an environ, and whatever happens to it
//! becomes an answer (`eventlet.wsgi`, as Nova 13.0.0 runs it).

use crate::{
    App, Environ, Raised, Request, Response, body,
    requests::Requests,
    slow_body::{Patience, impatient},
    unread::Unread,
    wsgi_encode,
};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use hyper::body::{Body as _, Incoming};
use nova_objects::{hop, hop::Kind};
use percent_encoding::percent_decode_str;
use std::{
    net::SocketAddr,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tracing::Instrument;

/// What all requests of a server have in common.
pub(crate) struct Edge {
    pub(crate) app: App,
    pub(crate) lane: String,
    pub(crate) address: SocketAddr,
    pub(crate) patience: Patience,
    pub(crate) requests: Requests,
}

impl Edge {
    /// One request's way in and out. What no filter caught ends here, as a plain 500.
    pub(crate) async fn answer(
        self: Arc<Self>,
        peer: SocketAddr,
        request: http::Request<Incoming>,
    ) -> Response {
        let slow = Arc::new(AtomicBool::new(false));
        let request = self.with_environ(request, peer, &slow);
        let span = hop!(Kind::Http, format_args!("{} {}", request.method(), request.uri().path()));
        span.record("lane", &self.lane);
        async {
            let response = match AssertUnwindSafe(self.app.call(request)).catch_unwind().await {
                _ if slow.load(Ordering::Relaxed) => request_timeout(),
                Ok(Ok(response)) => response,
                Ok(Err(raised)) => escaped(&raised),
                Err(_) => escaped(&Raised::new("Panic", "the app panicked")),
            };
            hop::outcome(response.status().as_u16());
            response
        }
        .instrument(span)
        .await
    }

    fn with_environ(
        &self,
        request: http::Request<Incoming>,
        peer: SocketAddr,
        slow: &Arc<AtomicBool>,
    ) -> Request {
        let (mut parts, incoming) = request.into_parts();
        hide_secrets(&mut parts.headers);
        let environ = self.environ(&parts, peer);
        parts.extensions.insert(environ);
        let waits = parts.headers.contains_key(header::EXPECT);
        let body = match incoming.is_end_stream() {
            true => body(""),
            false => {
                let incoming = Unread::new(incoming, self.requests.clone(), waits);
                impatient(incoming, self.patience, Arc::clone(slow))
            }
        };
        Request::from_parts(parts, body)
    }

    fn environ(&self, parts: &Parts, peer: SocketAddr) -> Environ {
        let named = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        // `OPTIONS *` is about the server as a whole.
        let path = if parts.uri.path() == "*" { "/" } else { parts.uri.path() };
        let path: Vec<u8> = percent_decode_str(path).collect();
        Environ {
            url_scheme: "http".into(),
            host: named.map_or_else(|| self.address.to_string(), str::to_owned),
            path_info: wsgi_encode(&path),
            query_string: parts.uri.query().unwrap_or_default().to_owned(),
            remote_addr: Some(peer.ip()),
            ..Environ::default()
        }
    }
}

/// The headers in which clients of OpenStack send what nobody else may know.
const SECRETS: [&str; 6] = [
    "authorization",
    "cookie",
    "x-auth-token",
    "x-service-token",
    "x-storage-token",
    "x-subject-token",
];

/// From here on, who prints the request with `{:?}` prints no token.
fn hide_secrets(headers: &mut HeaderMap) {
    for (_, value) in headers.iter_mut().filter(|(name, _)| SECRETS.contains(&name.as_str())) {
        value.set_sensitive(true);
    }
}

fn escaped(raised: &Raised) -> Response {
    tracing::error!(%raised, "an exception escaped every filter");
    plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// For a request that the server does not finish, because it stops.
pub(crate) fn cut_off() -> Response {
    plain(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
}

fn request_timeout() -> Response {
    let mut response = plain(StatusCode::REQUEST_TIMEOUT, "Request Timeout");
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(body(text));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}
