//! Five things happen at about the same time. Which of them belong to one request?

use nova_objects::{
    RequestContext, hop,
    hop::{Kind, arrival, departure, request_id},
};
use nova_traces::{FlowLayer, Flows};
use std::panic::Location;
use tracing_subscriber::prelude::*;

/// An hour, in microseconds.
const HOUR: u64 = 3_600_000_000;

pub(crate) fn print(flows: &Flows) {
    let here = Location::caller();
    let context = RequestContext::new("alice", "demo");
    let send = |kind, name: &str| departure(kind, &name, &context, here).1;

    // The edge knows no id yet, nor does the first filter; the second makes it.
    let http = hop::open(Kind::Http, &"GET /v2.1/servers", here);
    http.record("lane", "api");
    let (image, cast) = http.in_scope(|| {
        hop!(Kind::Filter, "cors").in_scope(|| {
            hop!(Kind::Filter, "compute_req_id").in_scope(|| request_id(&context.request_id));
            (send(Kind::Rest, "glance  GET /v2/images"), send(Kind::Cast, "scheduler.run_instance"))
        })
    });
    drop(http);

    // Glance makes an id of its own, for it believes nobody's.
    let theirs = RequestContext { traceparent: image.traceparent, ..RequestContext::default() };
    drop(arrival(Kind::Http, &"GET /v2/images", "glance", &theirs, here));

    // A host says that it is up, in the same millisecond.
    drop(hop!(Kind::Db, "UPDATE services"));

    // Another machine, whose clock is an hour behind.
    let elsewhere = Flows::default();
    let layer = tracing_subscriber::registry().with(FlowLayer::new(elsewhere.clone()));
    tracing::subscriber::with_default(layer, || {
        drop(arrival(Kind::Rpc, &"run_instance", "scheduler", &cast, here));
    });
    let mut seen = elsewhere.take_closed();
    seen.iter_mut().for_each(|segment| segment.start_us -= HOUR);
    flows.add(seen);

    let flow = flows.flow(&context.request_id);
    let hops: Vec<&str> =
        flow.segments.iter().flat_map(|s| &s.hops).map(|hop| hop.name.as_str()).collect();
    for (what, name) in [
        ("a filter, before there is an id", "cors"),
        ("Glance, under an id of its own", "GET /v2/images"),
        ("a heartbeat, in the same millisecond", "UPDATE services"),
        ("a scheduler, its clock an hour behind", "run_instance"),
    ] {
        println!("{what:38} {}", if hops.contains(&name) { "yes" } else { "no" });
    }
    let lanes: Vec<String> = flow.walk().steps.into_iter().map(|step| step.from).collect();
    let last = lanes.last().map_or("nobody", String::as_str);
    println!("{:38} {last}", "and the last step is by");
}
