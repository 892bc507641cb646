//! What does each filter do? A request goes through the pipeline seven times, each time with one
//! filter more, and a line says what that adds: for the app inside, and for the client.

use nova_objects::Plugs;
use nova_paste::{EntryPoint, Environ, PasteConfig, Raised, Registry, Request, Response};
use nova_paste::{app_fn, body};
use nova_pipeline::{ENTRY_POINTS, Options};
use std::{collections::BTreeSet, error::Error};

const FILTERS: &str = "none cors compute_req_id faultwrap sizelimit osprofiler noauth2";
type Words = BTreeSet<String>;

/// An app that fails on DELETE, and otherwise attaches to its answer what it saw.
async fn app(request: Request) -> Result<Response, Raised> {
    if request.method() == "DELETE" {
        return Err(Raised::new("DBConnectionError", "no answer from nova:secret@db"));
    }
    let Environ { request_id, traceparent, context, .. } = Environ::of(&request);
    let (id, trace, who) = (request_id.is_some(), traceparent.is_some(), context.is_some());
    let words = [("called", true), ("request id", id), ("trace", trace), ("context", who)];
    let seen: Words = words.iter().filter(|(_, is)| *is).map(|(it, _)| it.to_string()).collect();
    let mut response = Response::new(body(""));
    response.extensions_mut().insert(seen);
    Ok(response)
}

/// What the app sees, and what the client gets, if `filter` is the last filter.
async fn send(request: Request, filter: &str) -> Result<[Words; 2], Box<dyn Error>> {
    let plugs =
        Plugs::default().plug(Options { auth_strategy: filter.into(), ..Options::default() });
    let ch03 = EntryPoint::app("ch03:app_factory", |_, _, _| Ok(app_fn(app)));
    let registry = Registry::new(plugs).install("nova", ENTRY_POINTS).install("ch03", &[ch03]);
    let config = PasteConfig::parse("ch03.ini", include_str!("ch03.ini"))?;
    match config.loader(&registry).load_app("api")?.0.call(request).await {
        Err(raised) => Ok([Words::new(), Words::from([format!("an exception, {raised}")])]),
        Ok(response) => {
            let mut got: Words = response.headers().keys().map(ToString::to_string).collect();
            got.insert(response.status().as_u16().to_string());
            Ok([response.extensions().get().cloned().unwrap_or_default(), got])
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    for asked in ["GET token 0", "GET user 0", "POST token 120000", "DELETE token 0"] {
        let [method, who, length] = asked.split(' ').collect::<Vec<_>>()[..] else { continue };
        println!("{method} with x-auth-{who}: demo, {length} bytes");
        let mut before = [Words::new(), Words::new()];
        for filter in FILTERS.split(' ') {
            let request = http::Request::builder().method(method).header("content-length", length);
            let request = request.header(format!("x-auth-{who}"), "demo").body(body(""))?;
            let now = send(request, filter).await?;
            let [app, client] = [0, 1].map(|i| Vec::from_iter(&now[i] - &before[i]).join(", "));
            println!("{}", format!("  {filter:15} {app:11} {client}").trim_end());
            before = now;
        }
    }
    Ok(())
}
