//! Seeing the flow: the hops of a request, collected and drawn.
//!
//! The stages open a span at each seam (`nova_objects::hop`) and know nothing more of it. This
//! crate subscribes: a [`FlowLayer`] collects what was opened in one service for one message
//! into a [`Segment`], [`Flows`] keeps the segments, and a [`Flow`] is all segments of one
//! request, joined where a message left one service and arrived in another.
//!
//! # Layout
//!
//! - [`segment`]: one service's part of the way, hop by hop.
//! - [`layer`]: from `tracing` spans to segments.
//! - [`flows`]: the segments of late, bounded.
//! - [`flow`]: one request's segments.
//! - [`text`]: a flow as a tree with lanes, for a terminal.
//! - [`mod@walk`]: a flow as steps from lane to lane, in the order of what caused what.
//! - [`mod@svg`]: a walk as a picture.
//! - [`web`]: a walk in a browser, step by step.
//! - `otlp`: all of it to any collector of OpenTelemetry, with the feature `otlp`.
//! - [`tables`]: why an instance is where it is: hosts by filters, hosts by weighers.
//! - [`stable`]: the same text on every run, for documents and tests.
//!
//! # In Nova
//!
//! | here | there |
//! |---|---|
//! | hops at the seams | `nova/profiler.py` and `osprofiler` trace points (Ocata and later) |
//! | [`Flows`] | osprofiler's storage drivers: Redis, Elasticsearch, Jaeger |
//! | [`text`] | `osprofiler trace show --html` |

pub mod flow;
pub mod flows;
pub mod layer;
#[cfg(feature = "otlp")]
pub mod otlp;
mod rows;
pub mod segment;
pub mod stable;
pub mod svg;
pub mod tables;
pub mod text;
pub mod walk;
pub mod web;

pub use flow::Flow;
pub use flows::{Arrival, Flows};
pub use layer::{FlowLayer, only_hops};
pub use segment::{Hop, Segment};
pub use text::Style;
pub use walk::{Step, Walk};
