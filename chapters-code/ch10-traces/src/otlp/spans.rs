//! From segments to the message that a collector takes.

use super::names::{Described, describe, service, text};
use crate::{Hop, Segment};
use nova_objects::trace_parent::{new_id, trace_id_of};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::InstrumentationScope,
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status, status::StatusCode},
};
use opentelemetry_semantic_conventions::{SCHEMA_URL, resource as semconv};
use std::collections::BTreeMap;

/// The flags of a span (`SpanFlags` of OTLP): it is sampled, and it is known whether its parent is
/// in another service.
const SAMPLED: u32 = 0x101;
const PARENT_IS_REMOTE: u32 = 0x200;

/// All spans of `segments`, by lane. What has no lane happened in `lane`.
pub(super) fn request(segments: &[Segment], lane: &str) -> ExportTraceServiceRequest {
    let mut lanes: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for segment in segments {
        let lane = if segment.lane.is_empty() { lane } else { &segment.lane };
        lanes.entry(lane).or_default().extend(spans(segment));
    }
    let resource_spans = lanes.into_iter().map(|(lane, spans)| ResourceSpans {
        resource: Some(resource(lane)),
        scope_spans: vec![ScopeSpans {
            scope: Some(InstrumentationScope {
                name: nova_objects::hop::TARGET.into(),
                version: env!("CARGO_PKG_VERSION").into(),
                ..InstrumentationScope::default()
            }),
            spans,
            schema_url: SCHEMA_URL.into(),
        }],
        schema_url: SCHEMA_URL.into(),
    });
    ExportTraceServiceRequest { resource_spans: resource_spans.collect() }
}

/// The service that a lane is. Those of Nova are called as Nova calls its binaries.
fn resource(lane: &str) -> Resource {
    let name = match service(lane) {
        nova @ ("api" | "scheduler" | "conductor" | "compute") => format!("nova-{nova}"),
        other => other.to_owned(),
    };
    let mut attributes = vec![
        text(semconv::SERVICE_NAME, name),
        text(semconv::SERVICE_NAMESPACE, "mini-nova"),
        text(semconv::SERVICE_VERSION, env!("CARGO_PKG_VERSION")),
    ];
    if let Some((_, host)) = lane.split_once('.') {
        attributes.push(text(semconv::SERVICE_INSTANCE_ID, host));
        attributes.push(text(semconv::HOST_NAME, host));
    }
    Resource { attributes, ..Resource::default() }
}

fn spans(segment: &Segment) -> Vec<Span> {
    let told = segment.trace_id.as_deref().and_then(|id| u128::from_str_radix(id, 16).ok());
    let own = || trace_id_of(segment.request_id.as_deref().unwrap_or_default());
    let trace_id = told.unwrap_or_else(own).to_be_bytes().to_vec();
    // What left here went out under the id that it has; nobody asks for the others.
    let ids: Vec<u64> =
        segment.hops.iter().map(|hop| id(&hop.span_id).unwrap_or_else(new_id)).collect();
    let span = |(hop, own): (&Hop, &u64)| {
        let (parent, flags) = match hop.inside {
            Some(outer) => (ids.get(outer).copied(), SAMPLED),
            None => (id(&segment.parent), SAMPLED | PARENT_IS_REMOTE),
        };
        let flags = if parent.is_some() { flags } else { SAMPLED };
        let Described { name, kind, attributes, error } = describe(segment, hop);
        let start_us = segment.start_us.saturating_add(hop.start_us);
        let end_us = start_us.saturating_add(hop.duration_us.unwrap_or(0));
        Span {
            trace_id: trace_id.clone(),
            span_id: own.to_be_bytes().to_vec(),
            parent_span_id: parent.map(|id| id.to_be_bytes().to_vec()).unwrap_or_default(),
            flags,
            name,
            kind: kind.into(),
            start_time_unix_nano: start_us.saturating_mul(1000),
            end_time_unix_nano: end_us.saturating_mul(1000),
            attributes,
            status: error.map(|message| Status { message, code: StatusCode::Error.into() }),
            ..Span::default()
        }
    };
    segment.hops.iter().zip(&ids).map(span).collect()
}

fn id(hex: &Option<String>) -> Option<u64> {
    u64::from_str_radix(hex.as_deref()?, 16).ok()
}
