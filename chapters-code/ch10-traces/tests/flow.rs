//! What is seen of a request, and how it is drawn.

use nova_objects::{
    RequestContext,
    hop::{self, Kind, arrival, departure},
};
use nova_traces::{
    Flow, FlowLayer, Flows, Hop, Segment, Style,
    flows::{CAPACITY, HOPS, LANE},
    text::text,
};
use serde_json::json;
use std::{panic::Location, sync::OnceLock};
use tracing::Span;
use tracing_subscriber::prelude::*;

const STYLE: Style = Style { color: false, ascii: false, times: false };

/// One subscriber for all tests: `tracing` remembers per place in the code whether anybody
/// listens, for all threads.
fn flows() -> &'static Flows {
    static FLOWS: OnceLock<Flows> = OnceLock::new();
    FLOWS.get_or_init(|| {
        let flows = Flows::default();
        tracing_subscriber::registry().with(FlowLayer::new(flows.clone())).init();
        flows
    })
}

/// A context whose request id no other test has.
fn context() -> RequestContext {
    flows();
    RequestContext::new("alice", "demo")
}

fn enter(kind: Kind, name: &str, lane: &str, context: &RequestContext) -> Span {
    arrival(kind, &name, lane, context, Location::caller())
}

fn send(kind: Kind, name: &str, context: &RequestContext) -> RequestContext {
    departure(kind, &name, context, Location::caller()).1
}

fn lanes(flow: &Flow) -> Vec<&str> {
    flow.segments.iter().map(|segment| segment.lane.as_str()).collect()
}

#[test]
fn a_message_joins_two_services() {
    let context = context();
    let message = enter(Kind::Http, "POST /servers", "api", &context)
        .in_scope(|| send(Kind::Cast, "scheduler.run_instance", &context));
    let waiting = flows().flow(&context.request_id);
    assert!(!waiting.is_settled(), "the cast has not arrived");

    let scheduler = enter(Kind::Rpc, "run_instance", "scheduler", &message);
    assert!(!flows().flow(&context.request_id).is_settled(), "the scheduler is at work");
    drop(scheduler);
    let flow = flows().flow(&context.request_id);
    assert!(flow.is_settled());
    assert_eq!(lanes(&flow), ["api", "scheduler"]);
    assert_eq!(flow.segments[1].parent, flow.segments[0].hops[1].span_id);
}

#[test]
fn all_that_happens_for_a_request_is_in_one_trace() {
    let context = context();
    enter(Kind::Http, "POST /servers", "api", &context).in_scope(|| {
        for topic in ["glance", "scheduler"] {
            let message = send(Kind::Cast, topic, &context);
            enter(Kind::Rpc, "arrives", topic, &message)
                .in_scope(|| drop(send(Kind::Cast, "compute", &message)));
        }
        drop(send(Kind::Call, "on Nova's own account", &RequestContext::admin()));
    });
    let flow = flows().flow(&context.request_id);
    let own = context.request_id.trim_start_matches("req-").replace('-', "");
    assert_eq!(flow.trace_id.as_deref(), Some(&*own));
    assert_eq!(lanes(&flow), ["api", "glance", "scheduler"]);
    assert!(flow.segments.iter().all(|segment| segment.trace_id == flow.trace_id), "{flow:?}");
    let stable = flow.stable().unwrap();
    assert_eq!(stable.trace_id.as_deref(), Some("trace-1"));
    assert_eq!(stable.segments[2].parent.as_deref(), Some("span-2"));
}

#[test]
fn a_flow_written_before_there_were_trace_ids_reads() {
    let old = r#"{ "request_id": "req-1", "segments": [
        { "lane": "api", "request_id": "req-1", "parent": null, "start_us": 0, "hops": [] }
    ] }"#;
    let flow: Flow = serde_json::from_str(old).unwrap();
    assert_eq!((flow.trace_id, &flow.segments[0].trace_id), (None, &None));
}

#[test]
fn what_belongs_to_no_request_pushes_nobody_out() {
    let context = context();
    drop(enter(Kind::Http, "GET /servers", "api", &context));
    for _ in 0..=CAPACITY {
        hop::open(Kind::Db, &"UPDATE services", Location::caller());
        drop(enter(Kind::Http, "GET /flows", LANE, &RequestContext::new("alice", "demo")));
    }
    assert_eq!(lanes(&flows().flow(&context.request_id)), ["api"]);
    let requests = flows().requests();
    let known = requests.iter().find(|one| one.request_id == context.request_id);
    assert_eq!(known.map(|one| one.name.as_str()), Some("GET /servers"));
    assert!(requests.iter().all(|one| one.lane != LANE));
}

#[test]
fn a_neighbour_with_a_request_id_of_its_own_is_found_by_the_message() {
    let context = context();
    let message = enter(Kind::Http, "POST /servers", "api", &context)
        .in_scope(|| send(Kind::Rest, "glance  GET /v2/images/1", &context));
    let theirs = RequestContext { traceparent: message.traceparent, ..RequestContext::default() };
    drop(enter(Kind::Http, "GET /v2/images/1", "glance", &theirs));
    assert_eq!(lanes(&flows().flow(&context.request_id)), ["api", "glance"]);
}

#[test]
fn the_request_id_may_be_known_late_and_deep() {
    let context = context();
    let root = hop::open(Kind::Http, &"GET /", Location::caller());
    root.record("lane", "api");
    root.in_scope(|| {
        let filter = hop::open(Kind::Filter, &"compute_req_id", Location::caller());
        filter.in_scope(|| hop::request_id(&context.request_id));
    });
    drop(root);
    let flow = flows().flow(&context.request_id);
    assert_eq!(lanes(&flow), ["api"]);
    assert_eq!(flow.segments[0].hops[1].inside, Some(0));
}

#[test]
fn who_answered_calls_is_drawn_last_and_once() {
    let context = context();
    enter(Kind::Rpc, "build", "compute.host-1", &context).in_scope(|| {
        for _ in 0..3 {
            let message = send(Kind::Call, "conductor.object_action", &context);
            enter(Kind::Rpc, "object_action", "conductor", &message)
                .in_scope(|| drop(hop::open(Kind::Db, &"UPDATE instances", Location::caller())));
        }
    });
    let drawing = text(&flows().flow(&context.request_id), STYLE);
    let (_, parts) = drawing.split_once("\n\n").unwrap();
    assert_eq!(
        parts,
        " \
compute.host-1 build
                ├ call    ⇄  conductor.object_action
                ├ call    ⇄  conductor.object_action
                └ call    ⇄  conductor.object_action

 conductor      object_action ×3
                └ db         UPDATE instances ×3
"
    );
}

#[test]
fn no_line_is_longer_than_a_terminal_is_wide() {
    let context = context();
    enter(Kind::Http, &"/x".repeat(200), "a-lane-that-is-much-too-long", &context).in_scope(|| {
        hop::open(Kind::Db, &"é".repeat(300), Location::caller()).in_scope(|| {
            hop::outcome("y".repeat(300));
        });
    });
    let flow = flows().flow(&context.request_id);
    for style in [STYLE, Style { times: true, ..STYLE }] {
        for line in text(&flow, style).lines().skip(1) {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
    let ascii = text(&flow, Style { ascii: true, times: true, color: false });
    assert!(ascii.is_ascii(), "{ascii}");
}

#[test]
fn a_request_that_nobody_saw_has_an_empty_flow() {
    let flow = flows().flow("req-unknown");
    assert!(flow.segments.is_empty() && flow.is_settled());
    assert_eq!(text(&flow, STYLE), " no trace of req-unknown\n");
}

#[test]
fn the_oldest_segments_are_forgotten_first() {
    let flows = Flows::default();
    let layer = tracing_subscriber::registry().with(FlowLayer::new(flows.clone()));
    tracing::subscriber::with_default(layer, || {
        let (first, last) = (RequestContext::admin(), RequestContext::admin());
        drop(enter(Kind::Rpc, "first", "lane", &first));
        for _ in 0..CAPACITY {
            drop(enter(Kind::Rpc, "last", "lane", &last));
        }
        assert!(flows.flow(&first.request_id).segments.is_empty());
        assert_eq!(flows.flow(&last.request_id).segments.len(), CAPACITY);
    });
}

#[test]
fn who_wants_to_know_is_told_once_of_each_segment_that_is_over() {
    let (told, heard) = std::sync::mpsc::channel();
    let flows = Flows::default();
    let layer = FlowLayer::new(flows.clone()).telling(move |segment| told.send(segment).unwrap());
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        let context = RequestContext::new("alice", "demo");
        let api = enter(Kind::Http, "GET /servers", "api", &context);
        let later = api.in_scope(|| hop::open(Kind::Db, &"SELECT servers", Location::caller()));
        drop(api);
        assert!(heard.try_recv().is_err(), "something inside goes on");
        drop(later);
        // What Nova asks on its own account is part of a trace, what it does alone is not.
        drop(send(Kind::Call, "conductor.object_action", &RequestContext::admin()));
        drop(hop::open(Kind::Db, &"UPDATE services", Location::caller()));
        drop(enter(Kind::Http, "GET /flows", LANE, &context));
    });
    let heard: Vec<Segment> = heard.try_iter().collect();
    let hops = heard.iter().map(|segment| segment.hops.iter().map(|hop| &*hop.name).collect());
    let hops: Vec<Vec<&str>> = hops.collect();
    assert_eq!(hops, [vec!["GET /servers", "SELECT servers"], vec!["conductor.object_action"]]);
    assert!(heard.iter().all(Segment::is_closed));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    assert!(now.as_micros().abs_diff(heard[0].start_us.into()) < 10_000_000, "everybody's clock");
}

#[test]
fn a_segment_keeps_its_first_hops_and_says_how_many_more_there_were() {
    let context = context();
    enter(Kind::Rpc, "power states", "compute.host-1", &context).in_scope(|| {
        for number in 0..HOPS + 9 {
            let guest = format!("get_info {number}");
            hop::open(Kind::Driver, &guest, Location::caller())
                .in_scope(|| drop(hop::open(Kind::Db, &"SELECT", Location::caller())));
        }
    });
    let flow = flows().flow(&context.request_id);
    let hops = &flow.segments[0].hops;
    assert_eq!(hops.len(), HOPS + 1);
    let all = 1 + 2 * (HOPS + 9);
    assert_eq!(hops.last().unwrap().name, format!("{} more, not kept", all - HOPS));
    assert!(flow.is_settled());
    assert!(text(&flow, STYLE).ends_with(&format!("{} more, not kept\n", all - HOPS)));
}

#[test]
fn what_a_hop_tells_programs_is_data_for_whoever_asks() {
    let (flows, said) = (Flows::default(), json!({ "rows": [{ "host": "host-1" }] }));
    let layer = tracing_subscriber::registry().with(FlowLayer::new(flows.clone()));
    let context = RequestContext::admin();
    tracing::subscriber::with_default(layer, || {
        enter(Kind::Rpc, "run_instance", "scheduler", &context).in_scope(|| hop::data(&said));
    });
    let looked_at = flows.flow(&context.request_id).segments;
    for segments in [looked_at, flows.take_closed()] {
        assert_eq!(segments[0].hops[0].data.as_ref(), Some(&said));
    }
}

/// A part of request `req-1` that began at this moment, by everybody's clock.
fn part(lane: &str, start_us: u64, duration_us: Option<u64>) -> Segment {
    let hops = vec![Hop { duration_us, ..Hop::default() }];
    let request_id = Some("req-1".into());
    Segment { lane: lane.into(), request_id, start_us, hops, ..Segment::default() }
}

#[test]
fn what_other_processes_saw_is_put_in_its_place() {
    let (theirs, ours) = (Flows::default(), Flows::default());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = u64::try_from(now.as_micros()).unwrap();
    theirs.add(vec![part("compute", now + 3_000_000, Some(1)), part("late", now, None)]);
    ours.add(vec![part("conductor", now + 4_000_000, Some(1)), part("api", now, Some(1))]);
    ours.add(theirs.take_closed());
    let flow = ours.flow("req-1");
    assert_eq!(lanes(&flow), ["api", "compute", "conductor"]);
    assert!(flow.segments[1].start_us.abs_diff(flow.segments[0].start_us + 3_000_000) < 100_000);
    assert_eq!(lanes(&theirs.flow("req-1")), ["late"], "what is not over stays");
}
