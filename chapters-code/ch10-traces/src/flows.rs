//! The segments of late.

use crate::{
    Flow, Segment,
    flow::{Link, belonging},
    layer::{OpenSegment, lock, micros},
};
use nova_objects::hop::Kind;
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// How many segments are kept: the parts of some hundred requests. The oldest go first.
pub const CAPACITY: usize = 4096;

/// How many hops a segment keeps: the first. Of the others it says how many there were.
pub const HOPS: usize = 512;

/// So many hops has a request that reads one thing.
const USUAL_HOPS: usize = 16;

/// The lane of whoever tells what was seen. To look changes nothing: it is not seen itself.
pub const LANE: &str = "flows";

/// A request that came from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Its id.
    pub request_id: String,
    /// The service that it came to.
    pub lane: String,
    /// What was asked: `POST /v2.1/servers`.
    pub name: String,
    /// How it was answered, if it has been.
    pub outcome: Option<String>,
    /// When it came, in microseconds since 1970.
    pub at_us: u64,
    /// How long the answer took, in microseconds.
    pub duration_us: Option<u64>,
}

/// What a process has seen of late. Clones share what they hold.
#[derive(Clone)]
pub struct Flows {
    began: Instant,
    /// The same moment, by everybody's clock, in microseconds.
    epoch: u64,
    segments: Arc<Mutex<VecDeque<OpenSegment>>>,
}

impl Default for Flows {
    fn default() -> Self {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let epoch = u64::try_from(epoch.as_micros()).unwrap_or(u64::MAX);
        Self { began: Instant::now(), epoch, segments: Arc::default() }
    }
}

impl Flows {
    fn segments(&self) -> MutexGuard<'_, VecDeque<OpenSegment>> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn open_segment(&self, now: Instant) -> OpenSegment {
        let start_us = micros(self.began, now);
        let hops = Vec::with_capacity(USUAL_HOPS);
        let segment = Arc::new(Mutex::new(Segment { start_us, hops, ..Segment::default() }));
        let mut segments = self.segments();
        // It is taken apart when nobody waits for the lock any more.
        let _oldest = (segments.len() == CAPACITY).then(|| segments.pop_front());
        segments.push_back(Arc::clone(&segment));
        drop(segments);
        segment
    }

    /// Takes out the segments that are over, for somebody else to keep. They say by everybody's
    /// clock when they began.
    pub fn take_closed(&self) -> Vec<Segment> {
        let mut closed = Vec::new();
        self.segments().retain(|segment| {
            let segment = lock(segment);
            if segment.is_closed() {
                closed.push(self.by_everybodys_clock(&segment));
            }
            !segment.is_closed()
        });
        closed
    }

    /// The segment, which says by everybody's clock when it began.
    pub(crate) fn by_everybodys_clock(&self, segment: &Segment) -> Segment {
        let start_us = segment.start_us.saturating_add(self.epoch);
        Segment { start_us, ..segment.for_others() }
    }

    /// Keeps what another process has [taken out](Self::take_closed).
    pub fn add(&self, theirs: Vec<Segment>) {
        let mut segments = self.segments();
        for mut segment in theirs {
            segment.start_us = segment.start_us.saturating_sub(self.epoch);
            let later = |other: &OpenSegment| lock(other).start_us > segment.start_us;
            let place = segments.iter().rposition(|other| !later(other)).map_or(0, |at| at + 1);
            segments.insert(place, Arc::new(Mutex::new(segment)));
        }
        while segments.len() > CAPACITY {
            segments.pop_front();
        }
    }

    /// Drops a segment.
    pub(crate) fn forget(&self, segment: &OpenSegment) {
        let mut segments = self.segments();
        if let Some(at) = segments.iter().rposition(|other| Arc::ptr_eq(other, segment)) {
            segments.remove(at);
        }
    }

    /// The requests that came from outside, the youngest first.
    pub fn requests(&self) -> Vec<Arrival> {
        let segments = self.segments().clone();
        let mut sent = HashSet::new();
        for segment in &segments {
            sent.extend(lock(segment).departures().map(str::to_owned));
        }
        let arrival = |segment: &OpenSegment| {
            let segment = lock(segment);
            let came_from_us = segment.parent.as_ref().is_some_and(|by| sent.contains(by));
            let first = segment.hops.first().filter(|first| first.kind == Kind::Http.as_str())?;
            Some(Arrival {
                request_id: segment.request_id.clone().filter(|_| !came_from_us)?,
                lane: segment.lane.clone(),
                name: first.name.clone(),
                outcome: first.outcome.clone(),
                at_us: segment.start_us.saturating_add(self.epoch),
                duration_us: first.duration_us,
            })
        };
        segments.iter().rev().filter_map(arrival).collect()
    }

    /// What is known of the request `request_id` by now.
    pub fn flow(&self, request_id: &str) -> Flow {
        let segments = self.segments().clone();
        let links: Vec<Link> = segments.iter().map(|s| Link::of(&lock(s), request_id)).collect();
        let belonging = segments.iter().zip(belonging(&links)).filter(|(_, belongs)| *belongs);
        Flow::of(request_id, belonging.map(|(segment, _)| lock(segment).for_others()).collect())
    }
}
