//! A flow as a tree with lanes, for a terminal.

use crate::{
    Flow,
    rows::{Arrow, Row, rows},
    stable::short_ids,
    walk::by_cause,
};
use std::fmt::Write;

/// How a flow is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Colour the lanes.
    pub color: bool,
    /// Use no character beyond ASCII.
    pub ascii: bool,
    /// Say how long things took.
    pub times: bool,
}

/// The drawing is at most so many columns wide.
pub const WIDTH: usize = 100;

/// The columns of the lane, of the kind of hop, and of the time.
const LANE: usize = 14;
const KIND: usize = 8;
const TIME: usize = 8;

/// The ANSI colours of lanes, by turns: cyan, yellow, green, magenta, blue.
const COLORS: [u8; 5] = [36, 33, 32, 35, 34];

/// Draws `flow`: lanes on the left, hops in order, an arrow where a message leaves, times on the
/// right.
pub fn text(flow: &Flow, style: Style) -> String {
    let mut drawing = title(flow, style);
    let mut color = 0;
    for row in rows(flow).iter().flat_map(wrap) {
        let mut line = draw(&row, style);
        if let Some(lane) = &row.lane {
            drawing.push('\n');
            if style.color {
                let painted = format!("\x1b[1;{}m{lane}\x1b[0m", COLORS[color % COLORS.len()]);
                line = line.replacen(lane.as_str(), &painted, 1);
            }
            color += 1;
        }
        drawing.push_str(line.trim_end());
        drawing.push('\n');
    }
    if style.ascii { to_ascii(&drawing) } else { drawing }
}

/// What was asked, how it was answered, and when the last echo had died away.
fn title(flow: &Flow, style: Style) -> String {
    let Some(first) = by_cause(flow).first().and_then(|segment| segment.hops.first()) else {
        return format!(" no trace of {}\n", flow.request_id);
    };
    let unanswered = if first.duration_us.is_none() { "no answer yet" } else { "" };
    let answer = first.outcome.as_deref().unwrap_or(unanswered);
    let mut title = format!(" {}   {answer}", first.name).trim_end().to_owned();
    if style.times {
        let began = flow.segments.iter().map(|s| s.start_us).min().unwrap_or(0);
        let ended = flow
            .segments
            .iter()
            .filter_map(|s| Some(s.start_us + s.hops.first().and_then(|hop| hop.duration_us)?));
        let answered = first.duration_us.map(milliseconds).unwrap_or_default();
        let settled = milliseconds(ended.max().unwrap_or(began) - began);
        let _ = write!(title, " after {answered}   settled after {settled}");
    }
    let gap = WIDTH.saturating_sub(title.chars().count() + flow.request_id.len()).max(3);
    format!("{title}{}{}\n", " ".repeat(gap), flow.request_id)
}

fn draw(row: &Row, style: Style) -> String {
    let lane = row.lane.as_deref().unwrap_or_default();
    let fork = match (row.goes_on, row.last) {
        (false, false) => '├',
        (false, true) => '└',
        (true, false) => '│',
        (true, true) => ' ',
    };
    let branch = match row.kind.is_empty() {
        true => String::new(),
        false if row.goes_on => format!("{fork} {:KIND$}{:2} ", "", ""),
        false => format!("{fork} {:KIND$}{:2} ", row.kind, arrow(row.arrow)),
    };
    let line = format!(" {lane:LANE$} {branch}{}", short_ids(&row.text));
    match row.micros.filter(|_| style.times).map(milliseconds) {
        None => shorten(&line, WIDTH),
        Some(time) => {
            let room = WIDTH - TIME;
            format!("{:room$}{time:>TIME$}", shorten(&line, room))
        }
    }
}

/// Filters are many and their names are long: as many lines as they need.
fn wrap(row: &Row) -> Vec<Row> {
    let room = WIDTH - LANE - KIND - 7;
    let mut lines = vec![String::new()];
    for name in row.text.split_inclusive(" › ") {
        match lines.last_mut() {
            Some(line)
                if line.is_empty()
                    || line.chars().count() + name.trim_end().chars().count() <= room =>
            {
                line.push_str(name);
            }
            _ => lines.push(name.to_owned()),
        }
    }
    let line = |(n, text)| Row { text, goes_on: n > 0, ..row.clone() };
    lines.into_iter().enumerate().map(line).collect()
}

fn arrow(arrow: Arrow) -> &'static str {
    match arrow {
        Arrow::None => "",
        Arrow::There => "─▶",
        Arrow::ThereAndBack => "⇄",
    }
}

fn shorten(line: &str, room: usize) -> String {
    if line.chars().count() <= room {
        return line.to_owned();
    }
    let kept: String = line.chars().take(room - 1).collect();
    format!("{kept}…")
}

fn milliseconds(micros: u64) -> String {
    format!("{}.{} ms", micros / 1000, micros % 1000 / 100)
}

/// `drawing` in characters of ASCII only.
pub fn to_ascii(drawing: &str) -> String {
    let ascii = |c: char| match c {
        '├' | '└' => "+".to_owned(),
        '─' => "-".to_owned(),
        '▶' | '›' | '→' => ">".to_owned(),
        '⇄' => "=".to_owned(),
        '×' => "x".to_owned(),
        '✓' => "v".to_owned(),
        '…' => "~".to_owned(),
        c if c.is_ascii() => c.to_string(),
        _ => "?".to_owned(),
    };
    drawing.chars().map(ascii).collect()
}
