use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::Build;

/// Where a page asks for the number of the latest build.
const BUILD: &str = "/__build";

/// Asks once a second, and reloads the page when the number is another than at first.
const RELOAD: &str = r#"<script>
(async () => {
  for (let first; ; await new Promise(done => setTimeout(done, 1000))) {
    const now = await fetch("/__build").then(r => r.text(), () => first);
    first ??= now;
    if (now !== first) return location.reload();
  }
})();
</script>
"#;

/// The answer to one request: a file of the build, whole.
pub(super) fn answer<B>(request: &Request<B>, build: &Build) -> Response<Full<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut refused = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    let path = request.uri().path();
    if path == BUILD {
        return plain(StatusCode::OK, build.number.to_string());
    }
    let name = path.trim_start_matches('/');
    let name = if name.is_empty() { "index.html" } else { name };
    match (build.site.get(name), build.site.get("404.html")) {
        (Some(content), _) => file(StatusCode::OK, name, content),
        (None, Some(content)) => file(StatusCode::NOT_FOUND, "404.html", content),
        (None, None) => plain(StatusCode::NOT_FOUND, "no such page\n"),
    }
}

fn file(status: StatusCode, name: &str, content: &Bytes) -> Response<Full<Bytes>> {
    let content_type = content_type(name);
    let content =
        if content_type.starts_with("text/html") { with_reload(content) } else { content.clone() };
    response(status, content_type, content)
}

fn with_reload(page: &[u8]) -> Bytes {
    let page = String::from_utf8_lossy(page);
    let end = page.rfind("</body>").unwrap_or(page.len());
    Bytes::from([&page[..end], RELOAD, &page[end..]].concat())
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    response(status, "text/plain; charset=utf-8", text.into())
}

fn response(
    status: StatusCode,
    content_type: &'static str,
    content: Bytes,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(content));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    // The next build has other bytes under the same names.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
