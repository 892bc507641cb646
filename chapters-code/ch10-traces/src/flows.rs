//! The segments of late.

use crate::{
    Flow, Segment,
    layer::{OpenSegment, lock, micros},
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// How many segments are kept: the parts of some hundred requests. The oldest go first.
pub const CAPACITY: usize = 4096;

/// What a process has seen of late. Clones share what they hold.
#[derive(Clone)]
pub struct Flows {
    began: Instant,
    segments: Arc<Mutex<VecDeque<OpenSegment>>>,
}

impl Default for Flows {
    fn default() -> Self {
        Self { began: Instant::now(), segments: Arc::default() }
    }
}

impl Flows {
    fn segments(&self) -> MutexGuard<'_, VecDeque<OpenSegment>> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn open_segment(&self, now: Instant) -> OpenSegment {
        let start_us = micros(self.began, now);
        let segment = Arc::new(Mutex::new(Segment { start_us, ..Segment::default() }));
        let mut segments = self.segments();
        if segments.len() == CAPACITY {
            segments.pop_front();
        }
        segments.push_back(Arc::clone(&segment));
        segment
    }

    /// What is known of the request `request_id` by now.
    pub fn flow(&self, request_id: &str) -> Flow {
        let segments = self.segments().clone();
        Flow::assemble(request_id, segments.iter().map(|segment| lock(segment).clone()).collect())
    }
}
