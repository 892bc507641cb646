//! What the rules said, for a person.

use crate::rules::{Outcome, Panic};
use std::{fmt::Write, path::Path};

/// Each rule in a line; below a broken one, why, and what was printed on the way. Places are told
/// from where `root` is, the folder of the exercises.
pub fn report(outcomes: &[Outcome], root: &Path) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        let mark = if outcome.kept { "kept  " } else { "BROKEN" };
        // Writing to a String does not fail.
        let _ = writeln!(text, "  {mark}  {}", outcome.rule.replace('_', " "));
        if !outcome.kept {
            text += &why(outcome, root);
        }
    }
    for outcome in outcomes.iter().filter(|outcome| outcome.kept && !outcome.printed.is_empty()) {
        let _ = write!(text, "\n{}\n", outcome.printed);
    }
    text
}

fn why(outcome: &Outcome, root: &Path) -> String {
    let mut text = String::from("\n");
    for Panic { place, message } in &outcome.panics {
        text += &indented(10, message);
        let file = place.split(':').next().unwrap_or_default();
        let place = if root.join(file).exists() { root.join(place) } else { place.into() };
        text += &indented(10, &format!("at        {}", place.display()));
        text += "\n";
    }
    if !outcome.printed.is_empty() {
        text += &indented(4, &outcome.printed);
        text += "\n";
    }
    text
}

fn indented(by: usize, text: &str) -> String {
    text.lines().map(|line| format!("{:by$}{line}", "").trim_end().to_owned() + "\n").collect()
}
