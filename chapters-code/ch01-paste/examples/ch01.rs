//! A configuration file becomes an app: the example that the walkthrough begins with.
//!
//! `cargo ch01 [FILE [NAME]]` loads the app NAME (`main`) of `examples/ch01/FILE.ini` (`config`),
//! shows what it is made of and what each factory was told, and calls it.

#[path = "ch01/app_v1.rs"]
mod app_v1;
#[path = "ch01/filter_v1.rs"]
mod filter_v1;
#[path = "ch01/router_v1.rs"]
mod router_v1;
#[path = "ch01/urlmap.rs"]
mod urlmap;

use http_body_util::BodyExt;
use nova_paste::{AppGraph, EntryPoint, Factory, PasteConfig, Registry, Request, body};
use std::{env, error::Error, fs, path::Path, process::ExitCode};

// ANCHOR: installed
const INSTALLED: &[EntryPoint<Factory>] = &[
    EntryPoint::composite("urlmap:urlmap_factory", urlmap::urlmap_factory),
    EntryPoint::composite("router_v1:app_factory", router_v1::app_factory),
    EntryPoint::filter("filter_v1:filter_factory", filter_v1::filter_factory),
    EntryPoint::app("app_v1:app_factory", app_v1::app_factory),
];
// ANCHOR_END: installed

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("{error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut words = env::args().skip(1);
    let file = words.next().unwrap_or_else(|| "config".into()) + ".ini";
    let name = words.next().unwrap_or_else(|| "main".into());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ch01").join(&file);
    let text = fs::read_to_string(path).map_err(|error| format!("{file}: {error}"))?;
    let registry = Registry::default().install("ch01", INSTALLED);
    let (app, graph) = PasteConfig::parse(&file, &text)?.loader(&registry).load_app(&name)?;
    println!("What was loaded\n\n{graph}\nWhat each factory was told\n\n{}", told(&graph));
    let answer = app.call(Request::new(body(""))).await?.into_body().collect().await?.to_bytes();
    println!("What it answers\n\n{}", String::from_utf8_lossy(&answer));
    Ok(())
}

/// A line a setting; without `here` and `__file__`, which every factory is told.
fn told(AppGraph { name, global_conf, local_conf, children, .. }: &AppGraph) -> String {
    let global = global_conf.iter().filter(|(key, _)| *key != "here" && *key != "__file__");
    let global = global.map(|(key, value)| format!("{name:<12}global  {key} = {value}\n"));
    let local = local_conf.iter();
    let local = local.map(|(key, value)| format!("{name:<12}local   {key} = {value}\n"));
    let own: String = global.chain(local).collect();
    let own = if own.is_empty() { format!("{name:<12}nothing\n") } else { own };
    own + &children.iter().map(told).collect::<String>()
}
