//! What OpenTelemetry calls a hop.

use crate::{Hop, Segment};
use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value},
    trace::v1::span::SpanKind,
};
use opentelemetry_semantic_conventions::attribute as semconv;

/// The system behind all messages between services.
const OSLO_MESSAGING: &str = "oslo_messaging";

/// The methods that may stand in a span's name. Clients can send others, and no end of them.
const METHODS: [&str; 9] =
    ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// A hop, as a collector reads it.
pub(super) struct Described {
    pub(super) name: String,
    pub(super) kind: SpanKind,
    pub(super) attributes: Vec<KeyValue>,
    /// What went wrong, if something did.
    pub(super) error: Option<String>,
}

impl Described {
    fn new(kind: SpanKind, name: impl Into<String>) -> Self {
        Self { name: name.into(), kind, attributes: Vec::new(), error: None }
    }

    fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.attributes.push(text(key, value));
        self
    }
}

pub(super) fn text(key: &str, value: impl Into<String>) -> KeyValue {
    attribute(key, Value::StringValue(value.into()))
}

fn number(key: &str, value: impl TryInto<i64>) -> KeyValue {
    attribute(key, Value::IntValue(value.try_into().unwrap_or(i64::MAX)))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.into(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

/// Describes a hop of `segment`.
pub(super) fn describe(segment: &Segment, hop: &Hop) -> Described {
    let mut described = match hop.kind.as_str() {
        "http" => http(segment, hop),
        "rest" => rest(hop),
        "call" => departure(SpanKind::Client, hop),
        "cast" | "fanout" => departure(SpanKind::Producer, hop),
        "rpc" => arrival(segment, hop),
        "db" => db(hop),
        "urlmap" => Described::new(SpanKind::Internal, format!("urlmap {}", mount(hop))),
        "filter" => Described::new(SpanKind::Internal, format!("filter {}", hop.name)),
        "route" => Described::new(SpanKind::Internal, controller(hop)),
        _ => decision(hop),
    };
    if let Some(class) = &hop.error {
        described.attributes.push(text(semconv::ERROR_TYPE, class));
        described.error = Some(hop.outcome.clone().unwrap_or_default());
    }
    let own = [
        Some(text(semconv::CODE_FILE_PATH, &hop.file)),
        Some(number(semconv::CODE_LINE_NUMBER, hop.line)),
        Some(text("nova.kind", &hop.kind)),
        segment.request_id.as_ref().map(|id| text("nova.request_id", id)),
        hop.outcome.as_ref().map(|outcome| text("nova.outcome", outcome)),
    ];
    described.attributes.extend(own.into_iter().flatten());
    described
}

/// A request arrives. What was asked is told by the path, what it is by the route.
fn http(segment: &Segment, hop: &Hop) -> Described {
    let (method, path) = hop.name.split_once(' ').unwrap_or((&hop.name, ""));
    let known = METHODS.contains(&method);
    let method = if known { method } else { "_OTHER" };
    let in_name = if known { method } else { "HTTP" };
    let described = match route(segment) {
        Some(route) => Described::new(SpanKind::Server, format!("{in_name} {route}"))
            .with(semconv::HTTP_ROUTE, route),
        None => Described::new(SpanKind::Server, in_name),
    };
    let described = described
        .with(semconv::HTTP_REQUEST_METHOD, method)
        .with(semconv::URL_PATH, path)
        .with(semconv::URL_SCHEME, "http");
    answered(described, hop, 500)
}

/// A neighbour is asked: `glance  GET /v2/images/1?a=b`.
fn rest(hop: &Hop) -> Described {
    let (service, asked) = hop.name.split_once("  ").unwrap_or(("", &hop.name));
    let (method, url) = asked.split_once(' ').unwrap_or((asked, ""));
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let described = Described::new(SpanKind::Client, format!("{method} {service}"))
        .with(semconv::HTTP_REQUEST_METHOD, method)
        .with(semconv::SERVICE_PEER_NAME, service)
        .with(semconv::URL_PATH, path);
    let described =
        if query.is_empty() { described } else { described.with(semconv::URL_QUERY, query) };
    answered(described, hop, 400)
}

/// The status of the answer, which is an error from `bad` on.
fn answered(mut described: Described, hop: &Hop, bad: u16) -> Described {
    if let Some(status) = hop.outcome.as_ref().and_then(|outcome| outcome.parse::<u16>().ok()) {
        described.attributes.push(number(semconv::HTTP_RESPONSE_STATUS_CODE, status));
        if status >= bad {
            described.attributes.push(text(semconv::ERROR_TYPE, status.to_string()));
            described.error = Some(String::new());
        }
    }
    described
}

/// The template of the path, from the mounts and the route inside: `/v2.1/servers/{id}`.
fn route(segment: &Segment) -> Option<String> {
    let found = segment.hops.iter().find(|hop| hop.kind == "route")?;
    let (_, template) = found.name.split_once(' ')?;
    let mounts = segment.hops.iter().filter(|hop| hop.kind == "urlmap").map(mount);
    let mounts: String = mounts.filter(|mount| *mount != "/").collect();
    Some(mounts + template)
}

/// Where a version is mounted, out of `/v2.1 → openstack_compute_api_v21`.
fn mount(hop: &Hop) -> &str {
    hop.outcome.as_deref().and_then(|chosen| chosen.split_once(" → ")).map_or("/", |(url, _)| url)
}

/// Who answers, out of `POST /servers → ServersController.create`.
fn controller(hop: &Hop) -> &str {
    let called = hop.outcome.as_deref().and_then(|called| called.split_once(" → "));
    called.map_or(&hop.name, |(_, action)| action)
}

/// A message leaves: `scheduler.run_instance`, or `compute.host-1 build_and_run_instance`.
fn departure(kind: SpanKind, hop: &Hop) -> Described {
    let (to, method) = match hop.name.split_once(' ') {
        Some(parts) => parts,
        None => hop.name.rsplit_once('.').unwrap_or(("", &hop.name)),
    };
    let topic = if hop.name.contains(' ') { service(to) } else { to };
    let called = format!("{topic}/{method}");
    let name = match kind {
        SpanKind::Producer => format!("{} {called}", hop.kind),
        _ => called.clone(),
    };
    let described = Described::new(kind, name)
        .with(semconv::RPC_SYSTEM_NAME, OSLO_MESSAGING)
        .with(semconv::RPC_METHOD, called)
        .with(semconv::MESSAGING_DESTINATION_NAME, to);
    match kind {
        SpanKind::Producer => message(described, &hop.kind, "send"),
        _ => described,
    }
}

/// A message arrives.
fn arrival(segment: &Segment, hop: &Hop) -> Described {
    let called = format!("{}/{}", service(&segment.lane), hop.name);
    let awaited = hop.data.as_ref().is_none_or(|data| data["awaited"] != false);
    let kind = if awaited { SpanKind::Server } else { SpanKind::Consumer };
    let described = Described::new(kind, called.clone())
        .with(semconv::RPC_SYSTEM_NAME, OSLO_MESSAGING)
        .with(semconv::RPC_METHOD, called);
    if awaited { described } else { message(described, "process", "process") }
}

fn message(described: Described, operation: &str, operation_type: &str) -> Described {
    described
        .with(semconv::MESSAGING_SYSTEM, OSLO_MESSAGING)
        .with(semconv::MESSAGING_OPERATION_NAME, operation)
        .with(semconv::MESSAGING_OPERATION_TYPE, operation_type)
}

/// The database is asked: `SELECT flavors`.
fn db(hop: &Hop) -> Described {
    let (operation, table) = hop.name.split_once(' ').unwrap_or((&hop.name, ""));
    let described = Described::new(SpanKind::Client, &hop.name)
        .with(semconv::DB_OPERATION_NAME, operation)
        .with(semconv::DB_COLLECTION_NAME, table);
    let told = |key: &str| hop.data.as_ref().and_then(|data| data[key].as_str());
    let described = described.with(semconv::DB_SYSTEM_NAME, told("system").unwrap_or("other_sql"));
    match told("sql") {
        Some(sql) => described.with(semconv::DB_QUERY_TEXT, sql),
        None => described,
    }
}

/// Hosts are filtered or weighed, resources claimed, the hypervisor asked.
fn decision(hop: &Hop) -> Described {
    let described = Described::new(SpanKind::Internal, &hop.name);
    match &hop.data {
        Some(data) => described.with("nova.data", data.to_string()),
        None => described,
    }
}

/// `compute` of `compute.host-1`.
pub(super) fn service(lane: &str) -> &str {
    lane.split_once('.').map_or(lane, |(service, _)| service)
}
