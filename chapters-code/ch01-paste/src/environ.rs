//! What WSGI keeps in `environ`, typed.

use crate::Request;
use nova_objects::{RequestContext, TraceParent};
use std::{collections::BTreeMap, net::IpAddr, sync::LazyLock};

/// What the stages tell each other about one request.
///
/// The strings of a WSGI environ are bytes: each `char` stands for one byte of the request, as
/// PEP 3333 has it. [`wsgi_decode`] gives the text that the bytes spell.
#[derive(Clone, Debug, Default)]
pub struct Environ {
    /// `wsgi.url_scheme`: `http`.
    pub url_scheme: String,
    /// `HTTP_HOST`, or where the server listens: `127.0.0.1:8774`.
    pub host: String,
    /// `SCRIPT_NAME`: the part of the path that led to this app.
    pub script_name: String,
    /// `PATH_INFO`: the rest of it, percent-decoded.
    pub path_info: String,
    /// `QUERY_STRING`, as sent.
    pub query_string: String,
    /// `REMOTE_ADDR`.
    pub remote_addr: Option<IpAddr>,
    /// `nova.best_content_type`: what the answer should be, as URLMap worked it out.
    pub best_content_type: Option<String>,
    /// `openstack.request_id`, once `compute_req_id` has made it.
    pub request_id: Option<String>,
    /// `openstack.global_request_id`, if the caller sent one.
    pub global_request_id: Option<String>,
    /// The trace this request belongs to, once `osprofiler` knows.
    pub traceparent: Option<TraceParent>,
    /// `openstack.legacy_v2`: was the request sent to `/v2`?
    pub legacy_v2: bool,
    /// `nova.context`, once somebody knows who asks.
    pub context: Option<RequestContext>,
    /// `wsgiorg.routing_args`: what the route took out of the path.
    pub routing_args: BTreeMap<String, String>,
}

static NOWHERE: LazyLock<Environ> = LazyLock::new(Environ::default);

impl Environ {
    /// The environ of `request`; an empty one if it came past no server.
    pub fn of(request: &Request) -> &Self {
        request.extensions().get().unwrap_or(&NOWHERE)
    }

    /// The environ of `request`, to change.
    pub fn of_mut(request: &mut Request) -> &mut Self {
        request.extensions_mut().get_or_insert_default()
    }

    /// Scheme, host and `SCRIPT_NAME`: the URL of the app itself (WebOb's `application_url`).
    pub fn application_url(&self) -> String {
        format!("{}://{}{}", self.url_scheme, self.host, self.script_name)
    }
}

/// Bytes as a WSGI string: one `char` a byte.
pub fn wsgi_encode(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The text that a WSGI string spells; what is no UTF-8 becomes `U+FFFD`.
pub fn wsgi_decode(string: &str) -> String {
    let bytes: Vec<u8> = string.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
