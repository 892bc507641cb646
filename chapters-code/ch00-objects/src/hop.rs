//! The hop: one step of a request's way, made visible.
//!
//! A hop is a `tracing` span with a fixed set of fields, opened where a stage hands a request
//! on: at a filter, a route, an RPC call, a statement, a call of the hypervisor. Business code
//! opens none. Whoever wants to see hops subscribes to them (chapter 10); whoever does not pays
//! a few nanoseconds.
//!
//! | field | meaning |
//! |---|---|
//! | `kind` | which seam it is, a [`Kind`] |
//! | `name` | what is there: the filter's name, the route, the RPC method |
//! | `lane` | the service it happens in; said by the first hop of a service, inherited by the rest |
//! | `request_id` | the request it belongs to; said as soon as it is known |
//! | `span_id` | 16 hex digits, if a message leaves here that another process may answer |
//! | `trace_id` | 32 hex digits, where a message arrives or leaves: the trace of the request |
//! | `parent` | on the first hop of a service: the `span_id` that the message came from |
//! | `outcome` | what a person wants to know of it |
//! | `error.type` | the class of the error that it ended with, if it did |
//! | `data` | the same and more, as JSON |
//! | `code.file.path`, `code.line.number` | where the thing that runs here is defined |

use crate::{RequestContext, TraceParent};
use serde::Serialize;
use std::{fmt, panic::Location};
use tracing::{
    Span,
    field::{Empty, display},
    info_span,
};

/// The target of every hop's span, by which subscribers know them.
pub const TARGET: &str = "nova::hop";

/// Which seam a request passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An HTTP request arrives.
    Http,
    /// A version of the API is chosen.
    UrlMap,
    /// A filter, with everything inside it.
    Filter,
    /// A controller's method is found and run.
    Route,
    /// An RPC message leaves; nobody waits.
    Cast,
    /// An RPC message leaves; the answer is waited for.
    Call,
    /// An RPC message leaves, to all servers of a topic.
    Fanout,
    /// An RPC message arrives.
    Rpc,
    /// A neighbour is asked over HTTP.
    Rest,
    /// The database is asked.
    Db,
    /// Hosts are filtered.
    Filters,
    /// Hosts are weighed.
    Weighers,
    /// Resources are claimed.
    Claim,
    /// The hypervisor is asked.
    Driver,
}

impl Kind {
    /// The word by which traces call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::UrlMap => "urlmap",
            Self::Filter => "filter",
            Self::Route => "route",
            Self::Cast => "cast",
            Self::Call => "call",
            Self::Fanout => "fanout",
            Self::Rpc => "rpc",
            Self::Rest => "rest",
            Self::Db => "db",
            Self::Filters => "filters",
            Self::Weighers => "weighers",
            Self::Claim => "claim",
            Self::Driver => "driver",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Opens a hop: `hop!(Kind::Driver, "FakeDriver.spawn")`.
///
/// The place in the source is the caller's, or, with `at`, that of the thing that runs here:
/// `hop!(Kind::Filter, name, at = entry_point.location)`. The span is given back closed; run
/// the work in it with `work.instrument(span)`.
#[macro_export]
macro_rules! hop {
    ($kind:expr, $name:expr) => {
        $crate::hop!($kind, $name, at = ::std::panic::Location::caller())
    };
    ($kind:expr, $name:expr, at = $location:expr) => {
        $crate::hop::open($kind, &$name, $location)
    };
}

/// The span of a hop, with its fixed fields; `parent: None` makes it one inside no other.
macro_rules! span {
    ($kind:ident, $name:ident, $location:ident $(, parent: $parent:expr)?) => {
        info_span!(
            target: TARGET,
            $(parent: $parent,)?
            "hop",
            kind = $kind.as_str(),
            name = %$name,
            lane = Empty,
            request_id = Empty,
            span_id = Empty,
            trace_id = Empty,
            parent = Empty,
            outcome = Empty,
            "error.type" = Empty,
            data = Empty,
            "code.file.path" = $location.file(),
            "code.line.number" = $location.line(),
        )
    };
}

/// What [`hop!`](crate::hop!) calls.
pub fn open(kind: Kind, name: &dyn fmt::Display, location: &'static Location<'static>) -> Span {
    span!(kind, name, location)
}

// ANCHOR: departure
/// Opens a hop at which a message leaves for another service. The context given back is the one
/// to send: it says that the message came from here.
pub fn departure(
    kind: Kind,
    name: &dyn fmt::Display,
    context: &RequestContext,
    location: &'static Location<'static>,
) -> (Span, RequestContext) {
    let span = open(kind, name, location);
    let here = match context.traceparent {
        Some(message) => message.child(),
        None => TraceParent::start(&context.request_id),
    };
    span.record("span_id", display(format_args!("{:016x}", here.parent_id)));
    span.record("trace_id", display(format_args!("{:032x}", here.trace_id)));
    (span, RequestContext { traceparent: Some(here), ..context.clone() })
}
// ANCHOR_END: departure

/// Opens the first hop of a service: a message has arrived in `lane`.
pub fn arrival(
    kind: Kind,
    name: &dyn fmt::Display,
    lane: &str,
    context: &RequestContext,
    location: &'static Location<'static>,
) -> Span {
    let span = span!(kind, name, location, parent: None);
    span.record("lane", lane);
    span.record("request_id", &context.request_id);
    span.record("trace_id", display(format_args!("{:032x}", context.trace_id())));
    if let Some(message) = context.traceparent {
        span.record("parent", display(format_args!("{:016x}", message.parent_id)));
    }
    span
}

/// Does anybody subscribe to hops? Who would have to work for what a hop says can spare it if not.
pub fn is_watched() -> bool {
    tracing::enabled!(target: TARGET, tracing::Level::INFO)
}

/// Says what a person wants to know of the hop that is running.
pub fn outcome(text: impl fmt::Display) {
    Span::current().record("outcome", display(text));
}

/// Says that the hop that is running failed, with an error of the class `class`; and what a person
/// wants to know of it.
pub fn failed(class: &str, text: impl fmt::Display) {
    Span::current().record("error.type", class);
    outcome(text);
}

/// Says more of the hop that is running, for programs.
pub fn data(value: &impl Serialize) {
    let span = Span::current();
    if !span.is_disabled()
        && let Ok(json) = serde_json::to_string(value)
    {
        span.record("data", json);
    }
}

/// Says that the hops around came from `message`, out of another service.
pub fn parent(message: TraceParent) {
    Span::current().record("parent", display(format_args!("{:016x}", message.parent_id)));
}

/// Says which trace the hops around belong to.
pub fn trace(message: TraceParent) {
    Span::current().record("trace_id", display(format_args!("{:032x}", message.trace_id)));
}

/// Says to which request the hops around belong, from here on.
pub fn request_id(id: &str) {
    Span::current().record("request_id", id);
}
