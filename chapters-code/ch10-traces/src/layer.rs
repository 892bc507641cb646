//! From `tracing` spans to segments.

use crate::{
    Flows, Hop, Segment,
    flows::{HOPS, LANE},
};
use nova_objects::hop;
use serde_json::Value;
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{
    filter::{FilterFn, filter_fn},
    layer::{Context, Layer},
    registry::LookupSpan,
};

/// A segment that is still being written.
pub(crate) type OpenSegment = Arc<Mutex<Segment>>;

/// A segment stays whole if a thread panics while it holds the lock: nothing is changed in more
/// than one step.
pub(crate) fn lock(segment: &OpenSegment) -> MutexGuard<'_, Segment> {
    segment.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Collects the hops of a process into [`Flows`].
///
/// A hop inside no other begins a segment; all hops inside it, however deep, belong to the same.
/// `lane`, `request_id`, `trace_id` and `parent` may be said by any of them, as soon as it is known.
pub struct FlowLayer {
    flows: Flows,
    told: Option<Box<dyn Fn(Segment) + Send + Sync>>,
}

impl FlowLayer {
    /// A layer that writes to `flows`.
    pub fn new(flows: Flows) -> Self {
        Self { flows, told: None }
    }

    /// The same, which also tells `told` of each segment that is over, and by everybody's clock
    /// when it began. Whoever closes the last span waits for it.
    #[must_use]
    pub fn telling(self, told: impl Fn(Segment) + Send + Sync + 'static) -> Self {
        Self { told: Some(Box::new(told)), ..self }
    }
}

// ANCHOR: only_hops
/// Lets hops through and nothing else. A layer without a filter has every library make its spans
/// and format its lines, for nobody: `FlowLayer::new(flows).with_filter(only_hops())`.
pub fn only_hops() -> FilterFn<fn(&Metadata<'_>) -> bool> {
    filter_fn(|metadata| metadata.target() == hop::TARGET)
}
// ANCHOR_END: only_hops

/// What a span of ours carries: its segment, its place in it, and when the two began.
struct Place {
    segment: OpenSegment,
    segment_began: Instant,
    index: usize,
    began: Instant,
}

impl<S> Layer<S> for FlowLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        if span.metadata().target() != hop::TARGET {
            return;
        }
        let began = Instant::now();
        let outer = span.scope().skip(1).find_map(|outer| {
            let extensions = outer.extensions();
            let place = extensions.get::<Place>()?;
            Some((Arc::clone(&place.segment), place.segment_began, place.index))
        });
        let inside = outer.as_ref().map(|(_, _, index)| *index);
        let (segment, segment_began) = match outer {
            Some((segment, segment_began, _)) => (segment, segment_began),
            None => (self.flows.open_segment(began), began),
        };
        let index = {
            let mut segment = lock(&segment);
            if segment.hops.len() == HOPS {
                segment.more += 1;
                return;
            }
            let start_us = micros(segment_began, began);
            segment.hops.push(Hop { inside, start_us, ..Hop::default() });
            let index = segment.hops.len() - 1;
            attributes.record(&mut Write { segment: &mut segment, index });
            index
        };
        span.extensions_mut().insert(Place { segment, segment_began, index, began });
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(id) else { return };
        if let Some(place) = span.extensions().get::<Place>() {
            let mut segment = lock(&place.segment);
            values.record(&mut Write { segment: &mut segment, index: place.index });
        }
    }

    fn on_close(&self, id: span::Id, ctx: Context<'_, S>) {
        let Some(span) = ctx.span(&id) else { return };
        if let Some(place) = span.extensions().get::<Place>() {
            let mut segment = lock(&place.segment);
            let now = Instant::now();
            segment.hops[place.index].duration_us = Some(micros(place.began, now));
            // A span is open as long as one inside it: the first closes last.
            let is_over = place.index == 0;
            if is_over && segment.more > 0 {
                let name = format!("{} more, not kept", segment.more);
                let start_us = micros(place.segment_began, now);
                let (kind, duration_us) = ("more".to_owned(), Some(0));
                segment.hops.push(Hop { kind, name, start_us, duration_us, ..Hop::default() });
            }
            // A heartbeat belongs to no request, and there is no end of them.
            let of_a_request = segment.request_id.is_some() || segment.parent.is_some();
            let unwanted = !of_a_request || segment.lane == LANE;
            let of_a_trace = of_a_request || segment.trace_id.is_some();
            let told = self.told.as_ref().filter(|_| is_over && of_a_trace);
            let told = told.filter(|_| segment.lane != LANE);
            let told = told.map(|told| (told, self.flows.by_everybodys_clock(&segment)));
            drop(segment);
            if let Some((told, segment)) = told {
                told(segment);
            }
            if is_over && unwanted {
                self.flows.forget(&place.segment);
            }
        }
    }
}

pub(crate) fn micros(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_micros()).unwrap_or(u64::MAX)
}

/// Writes the fields of a span into its hop, and what they say of the segment into that.
struct Write<'s> {
    segment: &'s mut Segment,
    index: usize,
}

impl Write<'_> {
    fn text(&mut self, field: &str, value: String) {
        let hop = &mut self.segment.hops[self.index];
        match field {
            "kind" => hop.kind = value,
            "name" => hop.name = value,
            "outcome" => hop.outcome = Some(value),
            "error.type" => hop.error = Some(value),
            // Read when somebody asks: most is never looked at.
            "data" => hop.data = Some(Value::String(value)),
            "span_id" => hop.span_id = Some(value),
            "code.file.path" => hop.file = value,
            "lane" => self.segment.lane = value,
            "request_id" => self.segment.request_id = Some(value),
            // What arrives says it first. Nova may ask on its own account on the way.
            "trace_id" => _ = self.segment.trace_id.get_or_insert(value),
            "parent" => self.segment.parent = Some(value),
            _ => {}
        }
    }
}

impl Visit for Write<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field.name(), value.to_owned());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "code.line.number" {
            self.segment.hops[self.index].line = value;
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field.name(), format!("{value:?}"));
    }
}
