//! A walk as a picture: a column a lane, a line a step.

use crate::{Step, Walk, walk::CLIENT, web::escaped};
use std::fmt::Write;

/// The width of a lane, in pixels.
const LANE: usize = 34;
/// The height of a line.
const LINE: usize = 22;
/// The room above the first line, for what was asked and the names of the lanes.
const HEAD: usize = 150;
/// The room around the picture.
const MARGIN: usize = 16;
/// The room for what happened, and so many characters fit there.
const TEXT: usize = 640;
const CHARACTERS: usize = 86;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1d2430}\
.title{font-weight:600}.quiet{fill:#5b6472}\
.rule{stroke:#c9ced6}.arrow{stroke:#0b62c4;stroke-width:2}.tip,.dot{fill:#0b62c4}\
.paper{fill:#fff}.failed{fill:#b3261e}\
@media(prefers-color-scheme:dark){text{fill:#d9dee7}.quiet{fill:#9aa4b2}.rule{stroke:#3a4250}\
.arrow{stroke:#6fb1ff}.tip,.dot{fill:#6fb1ff}.paper{fill:#161a22}.failed{fill:#ff8a80}}";

/// Draws `walk`. The picture needs nothing else: no script, no font, no other file.
pub fn svg(walk: &Walk) -> String {
    let width = 2 * MARGIN + walk.lanes.len() * LANE + TEXT;
    let height = HEAD + walk.steps.len() * LINE + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n",
        escaped(&walk.title),
    );
    let outcome = walk.outcome.as_deref().unwrap_or_default();
    let title = format!("{}   {outcome}", walk.title);
    write(&mut svg, "title", (MARGIN, MARGIN + 8), &title);
    write(&mut svg, "quiet", (width - TEXT, MARGIN + 30), &walk.request_id);
    for (number, lane) in walk.lanes.iter().enumerate() {
        let x = middle(number);
        let _ = writeln!(
            svg,
            "<line class=\"rule\" x1=\"{x}\" x2=\"{x}\" y1=\"{HEAD}\" y2=\"{}\"/>\n\
             <text class=\"quiet\" transform=\"translate({},{}) rotate(-90)\">{}</text>",
            height - MARGIN,
            x + 4,
            HEAD - 8,
            escaped(lane),
        );
    }
    for (number, step) in walk.steps.iter().enumerate() {
        draw(&mut svg, walk, step, HEAD + number * LINE + LINE / 2);
    }
    svg + "</svg>\n"
}

/// One step, `y` pixels below the top.
fn draw(svg: &mut String, walk: &Walk, step: &Step, y: usize) {
    let lane = |name: &String| walk.lanes.iter().position(|lane| lane == name).map(middle);
    if let (Some(from), Some(to)) = (lane(&step.from), lane(&step.to)) {
        if from == to {
            let _ = writeln!(svg, "<circle class=\"dot\" cx=\"{from}\" cy=\"{y}\" r=\"4\"/>");
        } else {
            let _ = writeln!(
                svg,
                "<line class=\"arrow\" x1=\"{from}\" x2=\"{to}\" y1=\"{y}\" y2=\"{y}\"/>"
            );
            tip(svg, (to, y), to > from);
            if step.waits && step.from != CLIENT {
                tip(svg, (from, y), from > to);
            }
        }
    }
    let x = MARGIN + walk.lanes.len() * LANE;
    let kind = step.hop.kind.as_str();
    write(svg, "quiet", (x + 8, y + 4), kind);
    let class = match kind {
        _ if step.hop.error.is_some() => "failed",
        "http" | "rpc" | "answer" => "title",
        _ => "text",
    };
    write(svg, class, (x + 74, y + 4), &step.text);
}

/// The head of an arrow, at its end.
fn tip(svg: &mut String, (x, y): (usize, usize), to_the_right: bool) {
    let back = if to_the_right { x - 8 } else { x + 8 };
    let (above, below) = (y - 5, y + 5);
    let _ =
        writeln!(svg, "<polygon class=\"tip\" points=\"{x},{y} {back},{above} {back},{below}\"/>");
}

fn write(svg: &mut String, class: &str, (x, y): (usize, usize), text: &str) {
    let mut kept: String = text.chars().take(CHARACTERS).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    let text = escaped(&kept);
    let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>");
}

fn middle(lane: usize) -> usize {
    MARGIN + lane * LANE + LANE / 2
}
