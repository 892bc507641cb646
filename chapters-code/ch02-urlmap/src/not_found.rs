//! Where nothing is mounted (`paste.urlmap.URLMap.not_found_app`).

use http::{HeaderValue, StatusCode, header};
use nova_paste::{Environ, Request, Response, body, wsgi_decode};

/// The plain 404 of a map that leads nowhere: it repeats the path that was asked for.
pub fn not_found_app(request: &Request) -> Response {
    let path = wsgi_decode(&Environ::of(request).path_info);
    let text = format!("404 Not Found\r\nThe resource could not be found.\r\n{path}\r\n\r\n");
    let mut response = Response::new(body(text));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let text_type = HeaderValue::from_static("text/plain; charset=utf8");
    response.headers_mut().insert(header::CONTENT_TYPE, text_type);
    response
}
