//! Chapter 10's program: two services, one message between them, one flow.
//!
//! `cargo ch10` draws it, `walk` brings it into one line, `json` prints what was collected.
//! `belongs` asks what is part of a flow and what is not.

mod belongs;

use nova_objects::{
    RequestContext,
    hop::{Kind, arrival, data, departure, outcome},
};
use nova_traces::{Flow, FlowLayer, Flows, Style, text::text};
use serde_json::json;
use std::panic::Location;
use tracing_subscriber::prelude::*;

const STYLE: Style = Style { color: false, ascii: false, times: false };

// ANCHOR: services
/// The API takes a request, and sends the scheduler a message.
fn api(context: &RequestContext) -> RequestContext {
    let here = Location::caller();
    arrival(Kind::Http, &"POST /v2.1/servers", "api", context, here).in_scope(|| {
        outcome(202);
        let (_cast, message) = departure(Kind::Cast, &"scheduler.run_instance", context, here);
        message
    })
}

/// The scheduler takes the message, and decides.
fn scheduler(message: &RequestContext) {
    let here = Location::caller();
    arrival(Kind::Rpc, &"run_instance", "scheduler", message, here).in_scope(|| {
        nova_objects::hop!(Kind::Filters, "get_filtered_hosts").in_scope(|| {
            outcome("2 hosts, 1 left: RamFilter fails 1");
            data(&json!({ "RamFilter": { "host-2": "needs 512 MB, has 100 MB" } }));
        });
    });
}
// ANCHOR_END: services

fn main() -> Result<(), serde_json::Error> {
    let flows = Flows::default();
    tracing_subscriber::registry().with(FlowLayer::new(flows.clone())).init();
    let context = RequestContext::new("alice", "demo");
    scheduler(&api(&context));

    let flow: Flow = flows.flow(&context.request_id).stable()?;
    match std::env::args().nth(1).as_deref() {
        Some("walk") => {
            for step in flow.walk().steps {
                println!("{:9} → {:9}  {}", step.from, step.to, step.text);
            }
        }
        Some("json") => println!("{}", serde_json::to_string_pretty(&flow)?),
        Some("belongs") => belongs::print(&flows),
        _ => print!("{}", text(&flow, STYLE)),
    }
    Ok(())
}
