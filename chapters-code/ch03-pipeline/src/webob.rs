//! What WebOb does by itself (`webob`, 1.5.1): plain answers, and the URL of a request.
//!
//! An unmatched route gets a plain answer, and so does a body that is too large: text for people.
//! Nova never sees these answers, so they never become [faults](crate::Fault).

use http::{HeaderValue, Method, StatusCode, header};
use nova_paste::{Environ, Request, Response, body};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

pub use crate::http_error::{HttpError, http_error};

pub(crate) const TEXT_HTML: HeaderValue = HeaderValue::from_static("text/html; charset=UTF-8");
pub(crate) const TEXT_PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=UTF-8");

/// What of a request decides the form of a plain answer. Taken before the request is handed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    head: bool,
    accept: String,
}

impl Asker {
    /// Who sent `request`.
    pub fn of(request: &Request) -> Self {
        let accept = request.headers().get(header::ACCEPT).map(HeaderValue::as_bytes);
        Self {
            head: request.method() == Method::HEAD,
            accept: String::from_utf8_lossy(accept.unwrap_or_default()).into_owned(),
        }
    }
}

/// WebOb's own answer: HTML for who accepts that or anything, plain text for everybody else.
pub fn plain_error(code: u16, explanation: &str, asker: &Asker) -> Response {
    let error = http_error(code);
    let status = format!("{} {}", error.code, error.title);
    let html = asker.accept.contains("html") || asker.accept.contains("*/*");
    let (content_type, text) = match (asker.head, html) {
        // WebOb writes no body for HEAD, so its default type stays.
        (true, _) => (TEXT_HTML, String::new()),
        (_, true) => (TEXT_HTML, html_body(&status, explanation)),
        _ => (TEXT_PLAIN, format!("{status}\n\n{explanation}\n\n   ")),
    };
    let status = StatusCode::from_u16(error.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response(status, content_type, text)
}

/// An answer with a body of text, which may be empty.
pub(crate) fn response(status: StatusCode, content_type: HeaderValue, text: String) -> Response {
    let length = text.len();
    let mut response = Response::new(body(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    response
}

fn html_body(status: &str, explanation: &str) -> String {
    let escaped = explanation.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<html>\n <head>\n  <title>{status}</title>\n </head>\n <body>\n  <h1>{status}</h1>\n  \
         {escaped}<br /><br />\n\n\n\n </body>\n</html>"
    )
}

/// The URL that a request was sent to (`Request.url`): as the client wrote it, but with its path
/// encoded anew, and without the port that goes with the scheme.
pub fn url(environ: &Environ) -> String {
    let default_port = if environ.url_scheme == "https" { ":443" } else { ":80" };
    let host = environ.host.strip_suffix(default_port).unwrap_or(&environ.host);
    let path = [&*environ.script_name, &*environ.path_info].map(encode).concat();
    let mark = if environ.query_string.is_empty() { "" } else { "?" };
    format!("{}://{host}{path}{mark}{}", environ.url_scheme, environ.query_string)
}

/// What a path need not encode, for WebOb.
const PATH_SAFE: AsciiSet = NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'+')
    .remove(b'$')
    .remove(b',');

/// Encodes a path as WSGI has it: each character is a byte.
fn encode(path: &str) -> String {
    let bytes: Vec<u8> = path.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    percent_encode(&bytes, &PATH_SAFE).to_string()
}
