//! One request's way through the house.

use crate::{Segment, stable::stable};
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, HashSet},
    mem::take,
};

/// All segments of one request, in the order in which they began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// The request.
    pub request_id: String,
    /// Its trace, by which other tools know it: 32 hex digits.
    #[serde(default)]
    pub trace_id: Option<String>,
    /// What each service did about it.
    pub segments: Vec<Segment>,
}

/// What of a segment says to which flow it belongs.
pub(crate) struct Link {
    /// Does it name the request itself?
    named: bool,
    /// The message that it began with.
    parent: Option<String>,
    /// The messages that left it.
    sent: Vec<String>,
}

impl Link {
    pub(crate) fn of(segment: &Segment, request_id: &str) -> Self {
        Self {
            named: segment.request_id.as_deref() == Some(request_id),
            parent: segment.parent.clone(),
            sent: segment.departures().map(str::to_owned).collect(),
        }
    }
}

// ANCHOR: belongs
/// Which segments belong to the request: those that name it, and those that a message from one of
/// them began.
pub(crate) fn belonging(links: &[Link]) -> Vec<bool> {
    let mut belongs: Vec<bool> = links.iter().map(|link| link.named).collect();
    // Clocks of other machines are not ours: a message may seem to arrive before it left.
    loop {
        let within = links.iter().zip(&belongs).filter(|(_, belongs)| **belongs);
        let messages: HashSet<&String> = within.flat_map(|(link, _)| &link.sent).collect();
        let sent = |link: &Link| link.parent.as_ref().is_some_and(|id| messages.contains(id));
        let more: Vec<bool> =
            links.iter().zip(&belongs).map(|(link, belongs)| *belongs || sent(link)).collect();
        if more == belongs {
            return belongs;
        }
        belongs = more;
    }
}
// ANCHOR_END: belongs

impl Flow {
    /// A flow of these segments.
    pub(crate) fn of(request_id: &str, segments: Vec<Segment>) -> Self {
        let own = |s: &&Segment| s.request_id.as_deref() == Some(request_id);
        let trace_id = segments.iter().filter(own).find_map(|s| s.trace_id.clone());
        Self { request_id: request_id.into(), trace_id, segments }
    }

    /// The same flow as on every other run: ids renamed, times left out.
    ///
    /// # Errors
    ///
    /// The flow cannot be written as JSON.
    pub fn stable(&self) -> Result<Self, serde_json::Error> {
        let mut flow: Self = serde_json::from_str(&stable(&serde_json::to_string(self)?))?;
        let (mut trace, mut span) = (renaming("trace"), renaming("span"));
        trace(&mut flow.trace_id);
        for segment in &mut flow.segments {
            segment.start_us = 0;
            trace(&mut segment.trace_id);
            span(&mut segment.parent);
            for hop in &mut segment.hops {
                (hop.start_us, hop.duration_us) = (0, hop.duration_us.map(|_| 0));
                span(&mut hop.span_id);
            }
        }
        Ok(flow)
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

/// Renames ids in the order in which it first meets them: `span-1`, `span-2`, ...
fn renaming(prefix: &str) -> impl FnMut(&mut Option<String>) {
    let mut names: HashMap<String, String> = HashMap::new();
    move |id| {
        if let Some(id) = id {
            let next = format!("{prefix}-{}", names.len() + 1);
            *id = names.entry(take(id)).or_insert(next).clone();
        }
    }
}
