//! What a person wants to know of a statement: the outcome its hop shows.

use crate::statement::Statement;
use nova_objects::{Fields, Filters, NovaException, StoreError, hop};
use serde_json::{Value, json};

/// Tells the hop that is running how `statement` went: `found` if it met a row, or how many rows
/// it met; and for programs its text, and which `system` of databases read it.
pub(crate) fn tell(
    system: &str,
    statement: &Statement,
    rows: &Result<Vec<Fields>, StoreError>,
    found: Option<String>,
) {
    match (rows, found) {
        (Err(error), _) => hop::failed(&error.class(), error),
        (Ok(rows), _) if rows.is_empty() => hop::outcome("no row"),
        (Ok(_), Some(found)) => hop::outcome(found),
        (Ok(rows), None) if rows.len() == 1 => hop::outcome("1 row"),
        (Ok(rows), None) => hop::outcome(format_args!("{} rows", rows.len())),
    }
    hop::data(&json!({ "sql": statement.sql(), "system": system }));
}

/// The states in which a row begins its life, if it has any: `building, scheduling`.
pub(crate) fn created(fields: &Fields) -> Option<String> {
    let states = ["vm_state", "task_state"].into_iter().filter_map(|name| fields.get(name));
    let words: Vec<_> = states.map(word).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// What a save changes: the states with their values, `vm_state: active, task_state: spawning →
/// None`; else the names of the fields, if they are few.
pub(crate) fn saved(changes: &Fields, expected: &Filters) -> String {
    let vm_state = changes.get("vm_state").map(|new| format!("vm_state: {}", word(new)));
    let states = expected.get("task_state").map(Vec::as_slice);
    let task_state = changes.get("task_state").map(|new| match states {
        // Only a save that was ready for a single state knows which one it met.
        Some([old]) => format!("task_state: {} → {}", word(old), word(new)),
        _ => format!("task_state: {}", word(new)),
    });
    let states: Vec<_> = vm_state.into_iter().chain(task_state).collect();
    match (&states[..], changes.len()) {
        ([], 0..=3) => changes.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
        ([], many) => format!("{many} fields"),
        (states, _) => states.join(", "),
    }
}

fn word(state: &Value) -> &str {
    state.as_str().unwrap_or("None")
}
