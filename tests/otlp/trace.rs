//! What the spans of a boot have to be, wherever its services ran.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How much two clocks of one machine may differ, and how much is lost by counting in
/// microseconds: in nanoseconds.
const SLACK: i64 = 2_000_000;

/// The spans of the boot, out of all that the collector got: all in one trace, each inside one
/// that is known, but for the first, which is called `root`; if it is `None`, who asked tells no
/// collector, and the first that is there is the arrival of the request.
pub(crate) fn boot<'s>(spans: &'s [Value], root: Option<&str>) -> Vec<&'s Value> {
    let arrivals: Vec<&Value> =
        spans.iter().filter(|span| span["name"] == "POST /v2.1/servers").collect();
    let [arrival] = arrivals[..] else { panic!("one boot: {arrivals:?}") };
    let trace_id = &arrival["trace_id"];
    let trace: Vec<&Value> = spans.iter().filter(|span| span["trace_id"] == *trace_id).collect();
    let by_id: BTreeMap<&str, &Value> =
        trace.iter().map(|span| (span["span_id"].as_str().unwrap(), *span)).collect();
    assert_eq!(by_id.len(), trace.len(), "no id is there twice");
    let mut roots = Vec::new();
    for span in &trace {
        let Some(parent) = span["parent"].as_str() else {
            roots.push(span["name"].as_str().unwrap());
            continue;
        };
        if root.is_none() && span["span_id"] == arrival["span_id"] {
            continue;
        }
        let parent = by_id.get(parent).unwrap_or_else(|| panic!("unknown parent: {span}"));
        let time = |span: &Value, which: &str| span[which].as_i64().unwrap();
        assert!(time(span, "start") + SLACK >= time(parent, "start"), "{span} in {parent}");
        // Nobody waits for what a cast leads to.
        if parent["kind"] != "PRODUCER" {
            assert!(time(span, "end") <= time(parent, "end") + SLACK, "{span} in {parent}");
        }
    }
    assert_eq!(roots, root.into_iter().collect::<Vec<_>>(), "who asked");
    let elsewhere = spans.iter().filter(|span| span["trace_id"] != *trace_id);
    let stray = elsewhere.filter(|span| span["name"] == "scheduler/run_instance").count();
    assert_eq!(stray, 0, "all that happened for the boot is in its trace");
    trace
}

/// The names of the services in `trace`.
pub(crate) fn services<'t>(trace: &[&'t Value]) -> BTreeSet<&'t str> {
    trace.iter().map(|span| span["resource"]["service.name"].as_str().unwrap()).collect()
}

/// Those that a boot passes through, and who asked for it.
pub(crate) const SERVICES: [&str; 6] =
    ["glance", "mini-nova", "nova-api", "nova-compute", "nova-conductor", "nova-scheduler"];
