//! The exercise of chapter 10, solved: a walk for a tool that reads Mermaid.

#![cfg(test)]

use nova_traces::{Flow, Hop, Segment, Walk};

// ANCHOR: solution
/// `walk` as a sequence diagram in Mermaid's language.
fn mermaid(walk: &Walk) -> String {
    let number = |name: &String| walk.lanes.iter().position(|lane| lane == name).unwrap_or(0);
    let mut drawing = "sequenceDiagram\n".to_owned();
    for (number, lane) in walk.lanes.iter().enumerate() {
        drawing += &format!("participant L{number} as {}\n", plain(lane));
    }
    for step in &walk.steps {
        let (from, to) = (number(&step.from), number(&step.to));
        let text = plain(&step.text);
        drawing += &match (from == to, step.waits) {
            (true, _) => format!("Note over L{from}: {text}\n"),
            (false, true) => format!("L{from}->>L{to}: {text}\n"),
            (false, false) => format!("L{from}-)L{to}: {text}\n"),
        };
    }
    drawing
}

/// `text` without the characters that mean something to Mermaid.
fn plain(text: &str) -> String {
    let plain = |c: char| match c {
        '#' | ';' | ':' | '<' | '>' | '\n' => format!("#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(plain).collect()
}
// ANCHOR_END: solution

fn hop(kind: &str, name: &str, sends: Option<&str>) -> Hop {
    let (kind, name) = (kind.into(), name.into());
    Hop { kind, name, span_id: sends.map(Into::into), duration_us: Some(1), ..Hop::default() }
}

#[test]
fn a_message_that_is_waited_for_has_another_arrow_than_one_that_is_not() {
    let hops = vec![
        hop("rpc", "build", None),
        hop("call", "conductor.save", Some("1")),
        hop("cast", "scheduler.run_instance", Some("2")),
    ];
    let part = |lane: &str, parent: Option<&str>, hops| {
        let (lane, parent) = (lane.into(), parent.map(Into::into));
        Segment { lane, parent, hops, ..Segment::default() }
    };
    let segments = vec![
        part("compute.host-1", None, hops),
        part("conductor", Some("1"), vec![hop("rpc", "save", None)]),
        part("scheduler", Some("2"), vec![hop("rpc", "a;b #1\nend", None)]),
    ];
    let flow = Flow { request_id: "req-1".into(), trace_id: None, segments };
    let drawing = mermaid(&flow.walk());
    let lines: Vec<&str> = drawing.lines().collect();
    let expected = [
        "sequenceDiagram",
        "participant L0 as compute.host-1",
        "participant L1 as conductor",
        "participant L2 as scheduler",
        "Note over L0: build",
        "L0->>L1: conductor.save",
        "Note over L1: save",
        "L0-)L2: scheduler.run_instance",
        "Note over L2: a#59;b #35;1#10;end",
    ];
    assert_eq!(lines, expected);
}
