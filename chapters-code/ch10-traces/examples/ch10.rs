//! Chapter 10's program: two services, one message between them, one flow drawn.
//!
//! `cargo ch10` draws it as text, `cargo ch10 json` prints what was collected.

use nova_objects::{
    RequestContext,
    hop::{Kind, arrival, data, departure, outcome},
};
use nova_traces::{FlowLayer, Flows, Style, stable::stable, text::text};
use serde_json::json;
use std::panic::Location;
use tracing::Instrument;
use tracing_subscriber::prelude::*;

/// What the scheduler does with the message: two hops, inside its arrival.
async fn run_instance() {
    async {
        outcome("2 hosts: RamFilter 1");
        data(&json!({ "RamFilter": { "host-1": "passes", "host-2": "needs 512 MB, has 100 MB" } }));
    }
    .instrument(nova_objects::hop!(Kind::Filters, "filters"))
    .await;
    async { outcome("host-1 0.00") }
        .instrument(nova_objects::hop!(Kind::Weighers, "weighers"))
        .await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let flows = Flows::default();
    tracing_subscriber::registry().with(FlowLayer::new(flows.clone())).init();

    let here = Location::caller();
    let context = RequestContext::new("alice", "demo");
    let api = arrival(Kind::Http, &"POST /v2.1/servers", "api", &context, here);
    let message = api.in_scope(|| {
        outcome(202);
        let (cast, message) = departure(Kind::Cast, &"scheduler.run_instance", &context, here);
        drop(cast);
        message
    });
    drop(api);
    let scheduler = arrival(Kind::Rpc, &"run_instance", "scheduler", &message, here);
    run_instance().instrument(scheduler).await;

    let flow = flows.flow(&context.request_id);
    match std::env::args().nth(1).as_deref() {
        Some("json") => match serde_json::to_string_pretty(&flow) {
            Ok(json) => println!("{}", stable(&json)),
            Err(error) => eprintln!("{error}"),
        },
        _ => {
            let style = Style { color: false, ascii: false, times: false };
            print!("{}", stable(&text(&flow, style)));
        }
    }
}
