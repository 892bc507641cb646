//! A flow in the order of what caused what.

use nova_traces::{Flow, Hop, Segment, Step, Style, svg::svg, text::text, web};
use quick_xml::{Reader, events::Event};

/// A hop at which the message `sends` leaves, if one does.
fn hop(kind: &str, name: &str, sends: Option<&str>) -> Hop {
    let (kind, name) = (kind.into(), name.into());
    Hop { kind, name, span_id: sends.map(Into::into), duration_us: Some(5), ..Hop::default() }
}

/// What `lane` did about the message `parent`, `start_us` by the clock of its process.
fn part(lane: &str, parent: Option<&str>, start_us: u64, hops: Vec<Hop>) -> Segment {
    let (lane, parent) = (lane.into(), parent.map(Into::into));
    let request_id = Some("req-1".into());
    Segment { lane, parent, start_us, hops, request_id, ..Segment::default() }
}

fn answered(kind: &str, name: &str, outcome: &str) -> Hop {
    Hop { outcome: Some(outcome.into()), ..hop(kind, name, None) }
}

fn flow(segments: Vec<Segment>) -> Flow {
    Flow { request_id: "req-1".into(), trace_id: None, segments }
}

fn drawn(flow: &Flow) -> Vec<String> {
    let line = |Step { from, to, text, .. }: &Step| format!("{from} → {to}  {text}");
    flow.walk().steps.iter().map(line).collect()
}

#[test]
fn who_calls_goes_on_when_the_answer_is_there_and_who_casts_at_once() {
    let flow = flow(vec![
        // The clocks of three machines do not agree: nobody asks them.
        part("conductor", Some("2"), 0, vec![hop("rpc", "save", None), hop("db", "UPDATE", None)]),
        part("scheduler", Some("1"), 1, vec![hop("rpc", "run", None), hop("call", "c", Some("2"))]),
        part(
            "api",
            None,
            9,
            vec![
                answered("http", "POST /servers", "202"),
                hop("cast", "scheduler.run", Some("1")),
                hop("db", "SELECT", None),
            ],
        ),
    ]);
    let expected = [
        "client → api  POST /servers",
        "api → scheduler  scheduler.run",
        "api → database  SELECT",
        "api → client  202",
        "scheduler → scheduler  run",
        "scheduler → conductor  c",
        "conductor → conductor  save",
        "conductor → database  UPDATE",
    ];
    assert_eq!(drawn(&flow), expected);
    assert_eq!(flow.walk().lanes, ["client", "api", "scheduler", "conductor", "database"]);
    assert!(flow.walk().settled);
    assert_eq!(flow.walk().title, "POST /servers");
    let drawing = text(&flow, Style { color: false, ascii: false, times: false });
    assert!(drawing.starts_with(" POST /servers   202"), "{drawing}");
    let place = |lane: &str| drawing.find(&format!("\n {lane}")).unwrap();
    assert!(place("api") < place("scheduler") && place("scheduler") < place("conductor"));
}

#[test]
fn a_neighbour_that_tells_nothing_is_a_lane_all_the_same() {
    let hops = vec![hop("http", "GET /", None), hop("rest", "glance  GET /v2/images/1", Some("9"))];
    let walk = flow(vec![part("api", None, 0, hops)]).walk();
    assert_eq!(walk.steps[1].to, "glance");
    assert!(!walk.settled, "no part of it has arrived");
    assert_eq!(walk.steps.len(), 2, "no answer is made up");
}

#[test]
fn messages_that_run_in_a_circle_are_followed_once() {
    let flow = flow(vec![
        part("a", Some("2"), 0, vec![hop("call", "to b", Some("1"))]),
        part("b", Some("1"), 0, vec![hop("call", "to a", Some("2"))]),
    ]);
    assert_eq!(drawn(&flow), ["a → b  to b", "b → a  to a"]);
}

#[test]
fn what_somebody_else_named_stays_text() {
    let name = "GET /<script>alert('\"&\u{1}</script>";
    let walk = flow(vec![part("<a&b>", None, 0, vec![hop("http", name, None)])]).walk();
    let picture = svg(&walk);
    let mut reader = Reader::from_str(&picture);
    let mut texts = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(tag) => assert_ne!(tag.name().as_ref(), "script"),
            Event::Text(text) => texts += &text,
            Event::GeneralRef(reference) => {
                texts.extend(reference.resolve_char_ref().unwrap());
            }
            _ => {}
        }
    }
    assert!(texts.contains("GET /<script>alert('\"& </script>"), "{texts}");
    let page = web::html(&walk).unwrap();
    let scripts = page.matches("<script").count();
    assert_eq!((scripts, page.matches("</script>").count()), (2, 2), "{page}");
}
