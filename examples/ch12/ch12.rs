//! Chapter 12's program: what a whole house does with requests that do not go well.
//!
//! `cargo ch12` asks a guest for its console. `no-host` fits nowhere, `claim` loses the room
//! that the scheduler promised, `broken` gets a hypervisor without power, `dead` a host that nobody
//! is on any more. `--json` prints the flow instead of drawing it. `answers` tells all in a table.

mod house;
mod stories;

use nova_traces::{FlowLayer, Flows, Style, text::text};
use tracing_subscriber::prelude::*;

/// The drawing, the same on every run.
const STYLE: Style = Style { color: false, ascii: false, times: false };

#[tokio::main]
async fn main() -> Result<(), house::Failed> {
    let flows = Flows::default();
    tracing_subscriber::registry().with(FlowLayer::new(flows.clone())).init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let story = arguments.iter().find(|argument| !argument.starts_with("--"));
    let told = match story.map(String::as_str) {
        None => stories::console().await?,
        Some("no-host") => stories::no_host().await?,
        Some("claim") => stories::claim().await?,
        Some("broken") => stories::broken().await?,
        Some("slow") => stories::slow().await?,
        Some("dead") => stories::dead().await?,
        Some("answers") => return stories::answers().await,
        Some(_) => return Err("cargo ch12 [no-host|claim|broken|dead|answers] [--json]".into()),
    };
    let flow = flows.flow(&told.request_id).stable()?;
    if arguments.iter().any(|argument| argument == "--json") {
        println!("{}", serde_json::to_string(&flow)?);
    } else {
        println!("{}\n {}", text(&flow, STYLE), told.end);
    }
    Ok(())
}
