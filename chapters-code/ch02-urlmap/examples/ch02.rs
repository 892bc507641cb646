//! Which version of the API is a request for? `cargo ch02` asks by path, `cargo ch02 headers` by
//! the headers `Content-Type` and `Accept`. Each file in `examples/requests` is a table: mounts,
//! an empty line, requests. Add one of your own.

use http_body_util::BodyExt;
use nova_paste::{App, Application, Environ, Request, Response, app_fn, body};
use nova_urlmap::{PasteUrlMap, UrlMap};
use std::{env, error::Error, fs};

/// An app that answers a line of the table: its name, and what it sees of the request.
fn app(name: &str, types: bool) -> App {
    let name = name.to_owned();
    app_fn(move |request| {
        let environ = Environ::of(&request);
        let cell = |text: &str| if text.is_empty() { "''" } else { text }.to_owned();
        let [script_name, path_info] = [&environ.script_name, &environ.path_info].map(|s| cell(s));
        let seen = match &environ.best_content_type {
            Some(mime_type) if types => mime_type.clone(),
            _ => format!("{name:13}{script_name:13}{path_info}"),
        };
        async { Ok(Response::new(body(seen))) }
    })
}

/// Reads `/path  Name: value`.
fn request(line: &str) -> Result<Request, http::Error> {
    let (path, header) = line.split_once(' ').unwrap_or((line, ""));
    let (name, value) = header.trim().split_once(": ").unwrap_or(("Host", ""));
    let mut request = http::Request::builder().header(name, value).body(body(""))?;
    let environ = Environ::of_mut(&mut request);
    (environ.url_scheme, environ.path_info) = ("http".into(), path.into());
    if name == "Host" {
        environ.host = value.into();
    }
    Ok(request)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let topic = env::args().nth(1).unwrap_or("paths".into());
    let file = format!("{}/examples/requests/{topic}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    let (mounts, requests) = text.split_once("\n\n").ok_or("no empty line below the mounts")?;
    let (mut map, types) = (PasteUrlMap::default(), topic == "types");
    for (path, name) in mounts.lines().filter_map(|line| line.rsplit_once(' ')) {
        map.mount(path, name, app(name, types))?;
    }
    let map = UrlMap::new(map);
    let wide = requests.lines().map(str::len).max().unwrap_or(0) + 2;
    let seen = if types { "answer in" } else { "app          SCRIPT_NAME  PATH_INFO" };
    println!("{:wide$}{seen}", "request");
    for line in requests.lines() {
        let seen = match map.call(request(line)?).await {
            Ok(answer) => answer.into_body().collect().await?.to_bytes(),
            Err(raised) => raised.class.into(),
        };
        println!("{line:wide$}{}", String::from_utf8_lossy(&seen));
    }
    Ok(())
}
