//! One request's way through the house.

use crate::{Segment, stable::stable};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// All segments of one request, in the order in which they began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
        let mut belongs: Vec<bool> =
            segments.iter().map(|s| s.request_id.as_deref() == Some(request_id)).collect();
        // Clocks of other machines are not ours: a message may seem to arrive before it left.
        loop {
            let within = segments.iter().zip(&belongs).filter(|(_, belongs)| **belongs);
            let messages: HashSet<&str> = within.flat_map(|(s, _)| s.departures()).collect();
            let sent = |s: &Segment| s.parent.as_deref().is_some_and(|p| messages.contains(p));
            let more: Vec<bool> =
                segments.iter().zip(&belongs).map(|(s, belongs)| *belongs || sent(s)).collect();
            if more == belongs {
                break;
            }
            belongs = more;
        }
        let segments = segments.into_iter().zip(belongs).filter(|(_, belongs)| *belongs);
        Self { request_id: request_id.into(), segments: segments.map(|(s, _)| s).collect() }
    }

    /// The same flow as on every other run: ids renamed, times left out.
    ///
    /// # Errors
    ///
    /// The flow cannot be written as JSON.
    pub fn stable(&self) -> Result<Self, serde_json::Error> {
        let mut flow: Self = serde_json::from_str(&stable(&serde_json::to_string(self)?))?;
        let mut messages: HashMap<String, usize> = HashMap::new();
        let mut rename = |id: &mut Option<String>| {
            let next = messages.len() + 1;
            *id = id.take().map(|id| format!("message-{}", *messages.entry(id).or_insert(next)));
        };
        for segment in &mut flow.segments {
            segment.start_us = 0;
            rename(&mut segment.parent);
            for hop in &mut segment.hops {
                (hop.start_us, hop.duration_us) = (0, hop.duration_us.map(|_| 0));
                rename(&mut hop.span_id);
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
