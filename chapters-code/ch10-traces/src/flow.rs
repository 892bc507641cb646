//! One request's way through the house.

use crate::Segment;
use serde::Serialize;
use std::collections::HashSet;

/// All segments of one request, in the order in which they began.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flow {
    /// The request.
    pub request_id: String,
    /// What each service did about it.
    pub segments: Vec<Segment>,
}

impl Flow {
    /// The segments among `segments` that belong to the request: those that say so, and those
    /// that a message from one of them began.
    pub(crate) fn assemble(request_id: &str, segments: Vec<Segment>) -> Self {
        let mut messages: HashSet<String> = HashSet::new();
        let mut belongs = |segment: &Segment| {
            let said = segment.request_id.as_deref() == Some(request_id);
            let sent = segment.parent.as_ref().is_some_and(|parent| messages.contains(parent));
            if said || sent {
                messages.extend(segment.departures().map(str::to_owned));
            }
            said || sent
        };
        Self { request_id: request_id.into(), segments: segments.into_iter().filter(|s| belongs(s)).collect() }
    }

    /// Has everything that was sent arrived, and is everything that began over?
    pub fn is_settled(&self) -> bool {
        let arrived: HashSet<&str> =
            self.segments.iter().filter_map(|segment| segment.parent.as_deref()).collect();
        self.segments.iter().all(|segment| {
            segment.is_closed() && segment.departures().all(|message| arrived.contains(message))
        })
    }
}
