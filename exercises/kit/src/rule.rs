//! A rule: one thing that a piece has to do.

use std::fmt::Debug;

/// Two columns wide, as all that is told about a rule.
const INDENT: &str = "          ";

/// Is what came what the rule wants?
///
/// # Panics
///
/// It is not. The message has the rule, what was expected, and what came.
#[track_caller]
pub fn rule<E: Debug, G: Debug + PartialEq<E>>(rule: &str, expected: E, got: G) {
    if got != expected {
        let (expected, got) = (shown(&expected), shown(&got));
        panic!("rule      {rule}\nexpected  {expected}\ngot       {got}");
    }
}

/// Is it as the rule says? `got` is shown if it is not.
///
/// # Panics
///
/// As [`rule()`].
#[track_caller]
pub fn rule_that(rule: &str, holds: bool, got: impl Debug) {
    if !holds {
        panic!("rule      {rule}\ngot       {}", shown(&got));
    }
}

/// The value on as many lines as it needs; a text without quotes, as it would be printed.
fn shown(value: &dyn Debug) -> String {
    let line = format!("{value:?}");
    let text = if line.len() > 80 { format!("{value:#?}") } else { line };
    let text = text.replace("\\n", "\n").replace("\\\"", "\"");
    let several = text.contains('\n') && text.starts_with('"');
    let text = if several { text.trim_matches('"').trim_end() } else { &text };
    text.replace('\n', &format!("\n{INDENT}"))
}
