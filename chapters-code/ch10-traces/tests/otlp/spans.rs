//! What a collector reads.

use crate::collector::{PARENT, TRACE, collector, hop, segment};
use nova_traces::{Hop, Segment, otlp::Exporter};
use opentelemetry_proto::tonic::{
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{
        Span,
        span::SpanKind::{self, Client, Consumer, Internal, Producer, Server},
        status::StatusCode,
    },
};
use serde_json::json;
use std::collections::BTreeMap;

/// Sends `segments`, and gives back what came: the spans by lane of resource.
async fn sent(segments: Vec<Segment>) -> Vec<(BTreeMap<String, String>, Vec<Span>)> {
    let (endpoint, collector) = collector(&["200 OK"]).await;
    let exporter = Exporter::start(&endpoint, "mini-nova").unwrap();
    segments.into_iter().for_each(exporter.taker());
    assert_eq!(exporter.stop().await, 0);
    let [request] = &collector.await.unwrap()[..] else { panic!("one batch") };
    let services = request.resource_spans.iter().map(|one| {
        let resource = one.resource.clone().unwrap();
        (told(&resource.attributes), one.scope_spans[0].spans.clone())
    });
    services.collect()
}

fn told(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let value = |one: &KeyValue| match one.value.clone().unwrap().value.unwrap() {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    attributes.iter().map(|one| (one.key.clone(), value(one))).collect()
}

/// A span's name, its kind, and some of its attributes.
const EXPECTED: [(&str, SpanKind, &str); 11] = [
    (
        "POST /v2.1/servers",
        Server,
        "http.request.method=POST http.route=/v2.1/servers http.response.status_code=202 url.path=/v2.1/servers",
    ),
    ("urlmap /v2.1", Internal, "nova.kind=urlmap"),
    ("filter cors", Internal, "code.file.path=src/lib.rs code.line.number=7"),
    ("ServersController.create", Internal, "nova.request_id=req-1"),
    (
        "SELECT flavors",
        Client,
        "db.system.name=sqlite db.operation.name=SELECT db.collection.name=flavors",
    ),
    (
        "GET glance",
        Client,
        "url.path=/v2/images url.query=limit=1 service.peer.name=glance http.response.status_code=200",
    ),
    (
        "cast compute/build_and_run_instance",
        Producer,
        "messaging.destination.name=compute.host-1.example messaging.operation.name=cast rpc.method=compute/build_and_run_instance",
    ),
    (
        "conductor/object_action",
        Client,
        "rpc.system.name=oslo_messaging rpc.method=conductor/object_action nova.outcome=Instance.save",
    ),
    ("get_filtered_hosts", Internal, r#"nova.data={"hosts":3}"#),
    ("compute/build_and_run_instance", Server, "rpc.method=compute/build_and_run_instance"),
    ("scheduler/run_instance", Consumer, "messaging.operation.type=process"),
];

/// Hops of every kind.
fn hops() -> Vec<Hop> {
    let sql = json!({ "sql": "SELECT * FROM flavors", "system": "sqlite" });
    let verdicts = json!({ "hosts": 3 });
    vec![
        hop("http", "POST /v2.1/servers", "202"),
        hop("urlmap", "urlmap", "/v2.1 → openstack_compute_api_v21"),
        hop("filter", "cors", ""),
        hop("route", "POST /servers", "POST /servers → ServersController.create"),
        Hop { data: Some(sql), ..hop("db", "SELECT flavors", "1 row") },
        hop("rest", "glance  GET /v2/images?limit=1", "200"),
        hop("cast", "compute.host-1.example build_and_run_instance", ""),
        hop("call", "conductor.object_action", "Instance.save"),
        Hop { data: Some(verdicts), ..hop("filters", "get_filtered_hosts", "3 hosts, 2 left") },
    ]
}

#[tokio::test]
async fn a_hop_is_called_as_the_semantic_conventions_call_it() {
    let cast = Some(json!({ "awaited": false }));
    let scheduler = vec![Hop { data: cast, ..hop("rpc", "run_instance", "") }];
    let services = sent(vec![
        segment("api", hops()),
        segment("compute.host-1", vec![hop("rpc", "build_and_run_instance", "")]),
        segment("scheduler", scheduler),
    ])
    .await;
    let names: Vec<_> = services.iter().map(|(resource, _)| &resource["service.name"]).collect();
    assert_eq!(names, ["nova-api", "nova-compute", "nova-scheduler"]);
    assert_eq!(services[1].0["host.name"], "host-1");
    let spans: Vec<&Span> = services.iter().flat_map(|(_, spans)| spans).collect();
    assert_eq!(spans.len(), EXPECTED.len());
    for (span, (name, kind, attributes)) in spans.into_iter().zip(EXPECTED) {
        assert_eq!((span.name.as_str(), span.kind()), (name, kind));
        let has = told(&span.attributes);
        for (key, value) in attributes.split(' ').map(|one| one.split_once('=').unwrap()) {
            assert_eq!(has.get(key).map(String::as_str), Some(value), "{key} of {name}: {has:?}");
        }
        assert_eq!(span.status, None, "{name}");
    }
}

#[tokio::test]
async fn a_span_has_the_ids_that_were_on_the_wire() {
    let departure = "a3ce929d0e0e4736";
    let cast = Hop { span_id: Some(departure.into()), ..hop("cast", "scheduler.run_instance", "") };
    let services = sent(vec![
        segment("api", vec![hop("http", "POST /v2.1/servers", "202"), cast]),
        Segment {
            parent: Some(departure.into()),
            ..segment("scheduler", vec![hop("rpc", "run_instance", "")])
        },
        Segment {
            parent: None,
            lane: String::new(),
            ..segment("", vec![hop("rest", "nova  GET /", "200")])
        },
    ])
    .await;
    let hex = |id: &[u8]| id.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let spans: BTreeMap<&str, &Span> = services
        .iter()
        .flat_map(|(_, spans)| spans)
        .map(|span| (span.name.as_str(), span))
        .collect();
    assert!(spans.values().all(|span| hex(&span.trace_id) == TRACE && span.span_id.len() == 8));
    let (http, cast) = (spans["POST"], spans["cast scheduler/run_instance"]);
    assert_eq!(hex(&http.parent_span_id), PARENT);
    assert_eq!((&cast.parent_span_id, hex(&cast.span_id)), (&http.span_id, departure.into()));
    assert_eq!(hex(&spans["scheduler/run_instance"].parent_span_id), departure);
    assert!(spans["GET nova"].parent_span_id.is_empty(), "a trace begins there");
    assert_eq!(services[1].0["service.name"], "mini-nova", "what has no lane");
    assert_eq!(http.start_time_unix_nano, 1_000_010_000);
    assert_eq!(http.end_time_unix_nano, 1_000_030_000);
}

#[tokio::test]
async fn what_failed_has_the_status_of_an_error() {
    let failed = |hop: Hop| Hop { error: Some("NoValidHost".into()), ..hop };
    let services = sent(vec![
        segment("scheduler", vec![failed(hop("rpc", "run_instance", "NoValidHost: Full."))]),
        segment("scheduler", vec![hop("rest", "glance  GET /v2/images/1", "404")]),
        segment("scheduler", vec![hop("http", "GET /", "500")]),
        segment("scheduler", vec![hop("http", "BREW /", "404")]),
    ])
    .await;
    let seen = services[0].1.iter().map(|span| {
        let class = told(&span.attributes).get("error.type").cloned().unwrap_or_default();
        let is_error = span.status.as_ref().is_some_and(|it| it.code() == StatusCode::Error);
        (span.name.clone(), class, is_error)
    });
    let seen: Vec<_> = seen.collect();
    let seen: Vec<_> = seen.iter().map(|(name, class, is)| (&**name, &**class, *is)).collect();
    assert_eq!(
        seen,
        [
            ("scheduler/run_instance", "NoValidHost", true),
            ("GET glance", "404", true),
            ("GET", "500", true),
            ("HTTP", "", false),
        ]
    );
}
