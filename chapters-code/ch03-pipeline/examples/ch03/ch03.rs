//! What does each filter do? `cargo ch03` sends some requests through the pipeline `noauth2`,
//! `cargo ch03 keystone` through the other: each again and again, with one filter more. A line
//! says what that filter adds, to what the app sees and to what the client gets.

mod identity;
mod seeing;

use nova_objects::Plugs;
use nova_paste::{EntryPoint, PasteConfig, PasteError, Registry, Request, app_fn, body};
use nova_pipeline::{ENTRY_POINTS, Options, authtoken::identity::TokenValidator};
use seeing::{Words, news, outcome, seeing};
use std::{env, error::Error, sync::Arc};

const INI: &str = include_str!("ch03.ini");
const REQUESTS: &str = include_str!("requests.txt");

/// What the app sees, and what the client gets, if `filter` is the last of the pipeline.
async fn send(request: Request, pipeline: &str, filter: &str) -> Result<[Words; 2], PasteError> {
    let identity: Arc<dyn TokenValidator> = Arc::new(identity::Identity);
    let options = Options { auth_strategy: filter.into(), ..Options::default() };
    let app = EntryPoint::app("ch03:app_factory", |_, _, _| Ok(app_fn(seeing)));
    let registry = Registry::new(Plugs::default().plug(options).plug(identity));
    let registry = registry.install("nova", ENTRY_POINTS).install("ch03", &[app]);
    let config = PasteConfig::parse("ch03.ini", INI)?;
    Ok(outcome(config.loader(&registry).load_app(pipeline)?.0.call(request).await))
}

/// Reads `GET  x-auth-token: demo, x-roles: admin`.
fn request(line: &str) -> Result<Request, Box<dyn Error>> {
    let (method, headers) = line.split_once("  ").ok_or("no header")?;
    let mut request = http::Request::builder().method(method);
    for (name, value) in headers.split(", ").filter_map(|header| header.trim().split_once(": ")) {
        request = request.header(name, value);
    }
    Ok(request.body(body(""))?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let pipeline = env::args().nth(1).unwrap_or("noauth2".into());
    let section = format!("[composite:{pipeline}]");
    let (_, lines) = INI.split_once(&section).ok_or(format!("no {section} in ch03.ini"))?;
    let lines = lines.split("\n\n").next().unwrap_or_default();
    let filters = lines.lines().filter_map(|line| line.split_once(" = ")).skip(1);
    let filters: Vec<&str> = filters.map(|(name, _)| name.trim()).collect();
    let wide = if pipeline == "noauth2" { 28 } else { 57 };
    for line in REQUESTS.lines().filter_map(|line| line.strip_prefix(&pipeline)) {
        println!("{}", line.trim());
        println!("  {:17}{:wide$}the client gets", "filter", "the app sees");
        let mut before = [Words::new(), Words::new()];
        for filter in &filters {
            let now = send(request(line.trim())?, &pipeline, filter).await?;
            let [app, client] = [0, 1].map(|i| news(&before[i], &now[i]));
            println!("{}", format!("  {filter:17}{app:wide$}{client}").trim_end());
            before = now;
        }
        println!();
    }
    Ok(())
}
