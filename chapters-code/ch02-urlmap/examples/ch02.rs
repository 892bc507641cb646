//! Which version of the API is a request for? `cargo ch02` asks by path, `cargo ch02 headers` by
//! the headers `Content-Type` and `Accept`.

use http::HeaderName;
use http_body_util::BodyExt;
use nova_paste::{App, Application, Environ, Request, Response, app_fn, body};
use nova_urlmap::{PasteUrlMap, UrlMap};
use std::error::Error;

const PATHS: &str = "\
/
/v2.1/servers/detail
//v2.1///servers//detail
/v2.1/servers/detail.json
/v2/servers
/v2.10/servers
/servers";

const HEADERS: &str = "\
/servers
/servers     Accept: application/json;version=2.1
/v2/servers  Accept: application/json;version=2.1
/servers     Content-Type: application/json;version=2
/servers     Content-Type: application/json;version=9
/servers     Accept: application/json;version=2.1;q=0.1, */*
/v2.1/       Accept: application/atom+xml
/v2.1/x      Accept: application/atom+xml";

/// An app that answers what it sees of the request.
fn app(name: &'static str) -> App {
    app_fn(move |request| {
        let Environ { script_name, path_info, best_content_type, .. } = Environ::of(&request);
        let mime_type = best_content_type.as_deref().unwrap_or_default();
        let seen = format!("{name:9} {script_name:11} {path_info:20} {mime_type}");
        async { Ok(Response::new(body(seen))) }
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let by_header = std::env::args().nth(1).as_deref() == Some("headers");
    let (requests, wide) = if by_header { (HEADERS, 62) } else { (PATHS, 27) };
    let mut map = PasteUrlMap::new(None);
    for (path, name) in [("/", "versions"), ("/v2", "v2"), ("/v2.1", "v21")] {
        map.mount(path, name, app(name))?;
    }
    let urlmap = UrlMap::new(map);
    println!("{:wide$}app       SCRIPT_NAME PATH_INFO            answer in", "request");
    for asked in requests.lines() {
        let (path, header) = asked.split_once(' ').unwrap_or((asked, ""));
        let mut request = Request::new(body(""));
        Environ::of_mut(&mut request).path_info = path.to_owned();
        if let Some((name, value)) = header.split_once(": ") {
            request.headers_mut().insert(HeaderName::try_from(name.trim())?, value.parse()?);
        }
        let seen = urlmap.call(request).await?.into_body().collect().await?.to_bytes();
        println!("{asked:wide$}{}", String::from_utf8_lossy(&seen));
    }
    Ok(())
}
