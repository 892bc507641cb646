//! What of a flow is worth a line, and in which order.

use crate::{Flow, Hop, Segment, walk::by_cause};
use std::collections::HashSet;

/// One line of the drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row {
    /// The service, on the first line of its part.
    pub(crate) lane: Option<String>,
    /// Which seam; empty on the first line of a part.
    pub(crate) kind: String,
    /// Does a message leave here, and does one come back?
    pub(crate) arrow: Arrow,
    /// What happened.
    pub(crate) text: String,
    /// How long it took, in microseconds, where that tells something.
    pub(crate) micros: Option<u64>,
    /// Is it the last line of its part?
    pub(crate) last: bool,
    /// Does it only go on with the line above?
    pub(crate) goes_on: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Arrow {
    #[default]
    None,
    There,
    ThereAndBack,
}

/// The lines of `flow`: each service's part after the one that caused it, except that who only
/// answered calls comes last, all its answers in one.
pub(crate) fn rows(flow: &Flow) -> Vec<Row> {
    let calls: HashSet<&str> = flow.segments.iter().flat_map(calls).collect();
    let answers_call = |s: &&Segment| s.parent.as_deref().is_some_and(|id| calls.contains(id));
    let (answers, parts): (Vec<&Segment>, Vec<&Segment>) =
        by_cause(flow).into_iter().partition(answers_call);
    let mut rows: Vec<Row> = parts.into_iter().flat_map(part).collect();
    rows.extend(answered(&answers));
    rows
}

fn calls(segment: &Segment) -> impl Iterator<Item = &str> {
    let calls = segment.hops.iter().filter(|hop| hop.kind == "call");
    calls.filter_map(|hop| hop.span_id.as_deref())
}

/// The lines of one segment.
fn part(segment: &Segment) -> Vec<Row> {
    let Some((arrival, hops)) = segment.hops.split_first() else { return Vec::new() };
    let mut rows = vec![head(segment, &arrival.name, arrival.duration_us)];
    for hop in hops {
        match rows.last_mut() {
            Some(row) if hop.kind == "filter" && row.kind == "filters" => {
                row.text = format!("{} › {}", row.text, hop.name);
            }
            _ => rows.push(line(hop)),
        }
    }
    close(rows)
}

/// The lines of those that answered calls: one part a lane, equal lines in one.
fn answered(segments: &[&Segment]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut lanes: Vec<&str> = segments.iter().map(|s| s.lane.as_str()).collect();
    lanes.sort_unstable();
    lanes.dedup();
    for lane in lanes {
        let of_lane: Vec<&&Segment> = segments.iter().filter(|s| s.lane == lane).collect();
        let arrivals: Vec<&Hop> = of_lane.iter().filter_map(|s| s.hops.first()).collect();
        let inner: Vec<&Hop> = of_lane.iter().flat_map(|s| s.hops.iter().skip(1)).collect();
        let mut of_lane: Vec<Row> = tally(&arrivals);
        for row in &mut of_lane {
            row.kind.clear();
        }
        if let Some(first) = of_lane.first_mut() {
            first.lane = Some(lane.to_owned());
        }
        of_lane.extend(tally(&inner));
        rows.extend(close(of_lane));
    }
    rows
}

/// One line for each kind and name, with how often and how long in all.
fn tally(hops: &[&Hop]) -> Vec<Row> {
    let mut tallied: Vec<(&Hop, usize, u64)> = Vec::new();
    for &hop in hops {
        let micros = hop.duration_us.unwrap_or(0);
        match tallied
            .iter_mut()
            .find(|(other, ..)| other.kind == hop.kind && other.name == hop.name)
        {
            Some((_, count, sum)) => (*count, *sum) = (*count + 1, *sum + micros),
            None => tallied.push((hop, 1, micros)),
        }
    }
    let row = |(hop, count, sum): (&Hop, usize, u64)| Row {
        kind: hop.kind.clone(),
        text: match (count, hop.kind.as_str()) {
            // What a hypervisor says may be what was asked for.
            (1, "driver") => line(hop).text,
            (1, _) => hop.name.clone(),
            _ => format!("{} ×{count}", hop.name),
        },
        micros: Some(sum),
        ..Row::default()
    };
    tallied.into_iter().map(row).collect()
}

fn head(segment: &Segment, text: &str, micros: Option<u64>) -> Row {
    Row { lane: Some(segment.lane.clone()), text: text.to_owned(), micros, ..Row::default() }
}

/// What one hop is worth: a line.
pub(crate) fn line(hop: &Hop) -> Row {
    let outcome = hop.outcome.clone().unwrap_or_default();
    let (kind, text) = match hop.kind.as_str() {
        "filter" => ("filters", hop.name.clone()),
        "urlmap" | "route" | "filters" | "weighers" | "claim" if !outcome.is_empty() => {
            (hop.kind.as_str(), outcome)
        }
        // Which row and which states tell more than the method's name, which is always the same.
        "call" if !outcome.is_empty() => {
            let (topic, _) = hop.name.split_once('.').unwrap_or((&hop.name, ""));
            ("call", format!("{topic} {outcome}"))
        }
        kind => (kind, format!("{}  {outcome}", hop.name).trim_end().to_owned()),
    };
    let (arrow, timed) = match kind {
        "cast" | "fanout" => (Arrow::There, false),
        "call" | "rest" => (Arrow::ThereAndBack, true),
        "db" | "driver" => (Arrow::None, true),
        _ => (Arrow::None, false),
    };
    let micros = hop.duration_us.filter(|_| timed);
    Row { kind: kind.to_owned(), arrow, text, micros, ..Row::default() }
}

fn close(mut rows: Vec<Row>) -> Vec<Row> {
    if let Some(last) = rows.last_mut() {
        last.last = true;
    }
    rows
}
