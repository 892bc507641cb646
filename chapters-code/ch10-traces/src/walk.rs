//! A flow as a walk through the house: every hop is a step from one lane to another.
//!
//! A flow is a heap of segments, each by the clock of its own process. A walk brings them into
//! one line by what caused what: what a call or a REST request led to comes before the caller
//! goes on; what a cast led to comes after, for nobody waits. On every run the same line.

use crate::{Flow, Hop, Segment, rows::line};
use nova_objects::hop::Kind;
use serde::Serialize;
use std::collections::{HashMap, HashSet, VecDeque};

/// The lane of whoever asked.
pub const CLIENT: &str = "client";
/// The lane that statements go to.
pub const DATABASE: &str = "database";
/// The lane that a driver's calls go to.
pub const HYPERVISOR: &str = "hypervisor";

/// The word for the step that no hop tells: the answer goes back to the client.
pub const ANSWER: &str = "answer";

/// One request's way, step by step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Walk {
    /// The request.
    pub request_id: String,
    /// What was asked: `POST /v2.1/servers`.
    pub title: String,
    /// How it was answered, if it has been.
    pub outcome: Option<String>,
    /// Is there no more to come?
    pub settled: bool,
    /// Who takes part, as they are drawn from left to right.
    pub lanes: Vec<String>,
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The lane it starts in.
    pub from: String,
    /// The lane it ends in: the same, if nothing leaves.
    pub to: String,
    /// Does whoever sent it wait for an answer?
    pub waits: bool,
    /// What a person wants to know of it, in a line.
    pub text: String,
    /// When it began, in microseconds after the first.
    pub at_us: u64,
    /// The hop that tells it.
    #[serde(flatten)]
    pub hop: Hop,
}

impl Flow {
    /// The way that this request took.
    pub fn walk(&self) -> Walk {
        let walker = Walker::through(self);
        let first = walker.order.first().and_then(|&number| self.segments[number].hops.first());
        Walk {
            request_id: self.request_id.clone(),
            title: first.map(|hop| hop.name.clone()).unwrap_or_default(),
            outcome: first.and_then(|hop| hop.outcome.clone()),
            settled: self.is_settled(),
            lanes: lanes(&walker.steps),
            steps: walker.steps,
        }
    }
}

/// The segments of `flow` in the order of what caused what.
pub(crate) fn by_cause(flow: &Flow) -> Vec<&Segment> {
    Walker::through(flow).order.into_iter().map(|number| &flow.segments[number]).collect()
}

struct Walker<'f> {
    flow: &'f Flow,
    /// The messages that left a segment, and the segments that a message led to.
    sent: HashSet<&'f str>,
    led_to: HashMap<&'f str, Vec<usize>>,
    seen: Vec<bool>,
    /// The segments, as the walk came to them.
    order: Vec<usize>,
    /// When the first of all began.
    began: u64,
    steps: Vec<Step>,
}

impl<'f> Walker<'f> {
    /// The whole way.
    fn through(flow: &'f Flow) -> Self {
        let mut walker = Self::new(flow);
        let numbers = 0..flow.segments.len();
        let (from_outside, others): (Vec<_>, Vec<_>) = numbers.partition(|&n| walker.is_first(n));
        // Whatever is left was sent by nobody we know.
        for number in from_outside.into_iter().chain(others) {
            walker.follow(number);
        }
        walker
    }

    fn new(flow: &'f Flow) -> Self {
        let mut led_to: HashMap<&str, Vec<usize>> = HashMap::new();
        for (number, segment) in flow.segments.iter().enumerate() {
            if let Some(parent) = &segment.parent {
                led_to.entry(parent).or_default().push(number);
            }
        }
        let hops = flow.segments.iter().flat_map(|segment| &segment.hops);
        let sent = hops.filter_map(|hop| hop.span_id.as_deref()).collect();
        let began = flow.segments.iter().map(|segment| segment.start_us).min().unwrap_or(0);
        let seen = vec![false; flow.segments.len()];
        Self { flow, sent, led_to, seen, order: Vec::new(), began, steps: Vec::new() }
    }

    /// Did the segment's message come from outside?
    fn is_first(&self, number: usize) -> bool {
        let parent = self.flow.segments[number].parent.as_deref();
        parent.is_none_or(|message| !self.sent.contains(message))
    }

    /// Goes through the segment `number`, and then through what it cast, and what that cast.
    fn follow(&mut self, number: usize) {
        let mut casts = VecDeque::from([number]);
        while let Some(number) = casts.pop_front() {
            self.segment(number, &mut casts);
        }
    }

    // ANCHOR: segment
    fn segment(&mut self, number: usize, casts: &mut VecDeque<usize>) {
        if std::mem::replace(&mut self.seen[number], true) {
            return;
        }
        self.order.push(number);
        let flow = self.flow;
        let segment = &flow.segments[number];
        let from_client = self.is_first(number)
            && segment.hops.first().is_some_and(|hop| hop.kind == Kind::Http.as_str());
        for (at, hop) in segment.hops.iter().enumerate() {
            let led_to = hop.span_id.as_deref().and_then(|id| self.led_to.get(id)).cloned();
            let led_to = led_to.unwrap_or_default();
            let comes_in = from_client && at == 0;
            self.steps.push(self.step(segment, hop, comes_in, led_to.first().copied()));
            for next in led_to {
                match hop.kind.as_str() {
                    "cast" | "fanout" => casts.push_back(next),
                    _ => self.segment(next, casts),
                }
            }
        }
        if let Some(arrival) = segment.hops.first().filter(|_| from_client) {
            self.steps.extend(self.answer(segment, arrival));
        }
    }
    // ANCHOR_END: segment

    fn step(&self, segment: &Segment, hop: &Hop, comes_in: bool, led_to: Option<usize>) -> Step {
        let lane = &segment.lane;
        let receiver = led_to.map(|number| self.flow.segments[number].lane.as_str());
        let to = match hop.kind.as_str() {
            "db" => DATABASE,
            "driver" => HYPERVISOR,
            // A neighbour of another make tells nothing of what it did; its name is known.
            "rest" => receiver.or_else(|| hop.name.split_whitespace().next()).unwrap_or(lane),
            _ => receiver.unwrap_or(lane),
        };
        Step {
            from: if comes_in { CLIENT.to_owned() } else { lane.clone() },
            to: to.to_owned(),
            waits: matches!(hop.kind.as_str(), "http" | "call" | "rest" | "db" | "driver"),
            text: match hop.kind.as_str() {
                "http" | "rpc" => hop.name.clone(),
                _ => line(hop).text,
            },
            at_us: self.at(segment, hop),
            hop: hop.clone(),
        }
    }

    /// The step back to the client, once there is an answer.
    fn answer(&self, segment: &Segment, arrival: &Hop) -> Option<Step> {
        let outcome = arrival.outcome.clone()?;
        let duration = arrival.duration_us?;
        Some(Step {
            from: segment.lane.clone(),
            to: CLIENT.to_owned(),
            waits: false,
            text: outcome.clone(),
            at_us: self.at(segment, arrival) + duration,
            hop: Hop { kind: ANSWER.to_owned(), name: outcome, ..Hop::default() },
        })
    }

    fn at(&self, segment: &Segment, hop: &Hop) -> u64 {
        (segment.start_us - self.began).saturating_add(hop.start_us)
    }
}

/// The lanes of `steps` in the order in which they are first seen; what is below the services
/// comes last.
fn lanes(steps: &[Step]) -> Vec<String> {
    let mut lanes: Vec<String> = Vec::new();
    for lane in steps.iter().flat_map(|step| [&step.from, &step.to]) {
        if !lanes.contains(lane) {
            lanes.push(lane.clone());
        }
    }
    let below = |lane: &String| [DATABASE, HYPERVISOR].iter().position(|name| name == lane);
    lanes.sort_by_key(|lane| below(lane).map_or(0, |place| place + 1));
    lanes
}
