//! The W3C `traceparent`: the thread that joins the hops of one request across processes.

use serde::{Deserialize, Serialize};
use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    str::FromStr,
};
use uuid::Uuid;

/// Which trace a message belongs to, and which hop sent it.
///
/// As text: `00-<trace id, 32 hex>-<parent id, 16 hex>-01`. It travels in the `traceparent`
/// header of HTTP requests and in the context of RPC messages, where Nova sends `trace_info` of
/// osprofiler. The ids are our own: `tracing` uses its span ids again once a span is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TraceParent {
    /// The whole trace, the same from its first hop to its last.
    pub trace_id: u128,
    /// The hop that sent the message.
    pub parent_id: u64,
}

impl TraceParent {
    /// The start of the trace of a request that came without one.
    pub fn start(request_id: &str) -> Self {
        Self { trace_id: trace_id_of(request_id), parent_id: new_id() }
    }

    /// The same trace, one hop on.
    #[must_use]
    pub fn child(self) -> Self {
        Self { parent_id: new_id(), ..self }
    }
}

/// The trace of a request that came without one: the digits of `req-<UUID>`. So all who know the
/// request's id agree on its trace, and who has the one in a log finds the other. A request that
/// is called something else has a trace all the same.
pub fn trace_id_of(request_id: &str) -> u128 {
    let digits = request_id.strip_prefix("req-").unwrap_or(request_id);
    let uuid = Uuid::try_parse(digits).ok().map(|uuid| uuid.as_u128());
    uuid.filter(|&id| id != 0).unwrap_or_else(|| {
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            (salt, request_id).hash(&mut hasher);
            u128::from(hasher.finish())
        };
        (half(0) << 64 | half(1)).max(1)
    })
}

/// An id for a hop that nobody else has.
pub fn new_id() -> u64 {
    Uuid::new_v4().as_u64_pair().0.max(1)
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-01", self.trace_id, self.parent_id)
    }
}

/// The text is no `traceparent` of version 00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a traceparent: want 00-<32 hex digits>-<16 hex digits>-<2 hex digits>, ids not zero")]
pub struct NotATraceParent;

impl FromStr for TraceParent {
    type Err = NotATraceParent;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('-').collect();
        let ["00", trace_id, parent_id, flags] = parts[..] else { return Err(NotATraceParent) };
        let lower_hex = |s: &str| s.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let lengths = (trace_id.len(), parent_id.len(), flags.len());
        if lengths != (32, 16, 2) || ![trace_id, parent_id, flags].iter().all(|s| lower_hex(s)) {
            return Err(NotATraceParent);
        }
        let trace_id = u128::from_str_radix(trace_id, 16).map_err(|_| NotATraceParent)?;
        let parent_id = u64::from_str_radix(parent_id, 16).map_err(|_| NotATraceParent)?;
        if trace_id == 0 || parent_id == 0 {
            return Err(NotATraceParent);
        }
        Ok(Self { trace_id, parent_id })
    }
}

impl TryFrom<String> for TraceParent {
    type Error = NotATraceParent;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TraceParent> for String {
    fn from(parent: TraceParent) -> Self {
        parent.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::TraceParent;

    const REQUEST: &str = "req-4bf92f35-77b3-4da6-a3ce-929d0e0e4736";

    #[test]
    fn a_request_without_a_trace_gives_it_its_own_digits() {
        let trace_id = |request_id| TraceParent::start(request_id).trace_id;
        assert_eq!(format!("{:032x}", trace_id(REQUEST)), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_ne!(TraceParent::start(REQUEST).parent_id, TraceParent::start(REQUEST).parent_id);
        let nothing = "req-00000000-0000-0000-0000-000000000000";
        for odd in ["req-1", "", nothing] {
            assert_eq!(trace_id(odd), trace_id(odd));
            assert!(trace_id(odd) != 0 && trace_id(odd) != trace_id("req-2"), "{odd}");
        }
    }

    #[test]
    fn the_text_of_a_traceparent_reads_back() {
        let parent = TraceParent::start(REQUEST);
        assert_eq!(parent.to_string().parse(), Ok(parent));
        assert_eq!(parent.child().trace_id, parent.trace_id);
        assert_ne!(parent.child().parent_id, parent.parent_id);
    }

    #[test]
    fn what_the_recommendation_forbids_is_refused() {
        for text in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert!(text.parse::<TraceParent>().is_err(), "{text}");
        }
    }
}
