//! One service's part of a request's way.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One step, as it was seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    /// Which seam: the word of a `nova_objects::hop::Kind`.
    pub kind: String,
    /// What is there.
    pub name: String,
    /// What a person wants to know of it.
    pub outcome: Option<String>,
    /// The class of the error that it ended with, if it did.
    #[serde(default)]
    pub error: Option<String>,
    /// The same and more, for programs.
    pub data: Option<Value>,
    /// When it began, in microseconds after the first hop of its segment.
    pub start_us: u64,
    /// How long it took, in microseconds. `None`: it is not over.
    pub duration_us: Option<u64>,
    /// The hop of the same segment that it happened in.
    pub inside: Option<usize>,
    /// The id of the message that left here, if one did.
    pub span_id: Option<String>,
    /// Where the thing that ran here is defined.
    pub file: String,
    /// The line in that file.
    pub line: u64,
}

/// What one service did about one message: the first hop is the message's arrival.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The service.
    pub lane: String,
    /// The request it worked for, as far as it is known.
    pub request_id: Option<String>,
    /// The trace of that request: 32 hex digits.
    #[serde(default)]
    pub trace_id: Option<String>,
    /// The id of the message that arrived.
    pub parent: Option<String>,
    /// When it began, in microseconds after the process did.
    pub start_us: u64,
    /// The hops in the order in which they began.
    pub hops: Vec<Hop>,
    /// How many more there were than are kept; the last hop tells it, once the segment is over.
    #[serde(skip)]
    pub more: usize,
}

impl Segment {
    /// Is everything in it over?
    pub fn is_closed(&self) -> bool {
        self.hops.iter().all(|hop| hop.duration_us.is_some())
    }

    /// A copy for others: what hops told for programs is no longer text.
    pub(crate) fn for_others(&self) -> Self {
        let mut segment = self.clone();
        for data in segment.hops.iter_mut().filter_map(|hop| hop.data.as_mut()) {
            if let Value::String(json) = data
                && let Ok(value) = serde_json::from_str(json)
            {
                *data = value;
            }
        }
        segment
    }

    /// The ids of the messages that left here and that somebody should have received.
    pub fn departures(&self) -> impl Iterator<Item = &str> {
        let received = |hop: &&Hop| matches!(hop.kind.as_str(), "cast" | "call" | "rest");
        self.hops.iter().filter(received).filter_map(|hop| hop.span_id.as_deref())
    }
}
