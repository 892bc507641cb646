//! `mini-nova show states`: what can be done to a server, and when.

use super::table;
use nova_extensions::compute_api::{Action, Precondition};
use nova_objects::{TaskState, VmState};
use serde_json::{Value, json};

const HEAD: [&str; 7] = ["action", "vm_state", "task_state", "ran", "lock", "host", "begins"];

/// The table in which the compute API looks: as text, and as data.
pub(super) fn states() -> (String, Value) {
    let rows = Action::PRECONDITIONS;
    let head = HEAD.map(str::to_owned);
    let text: Vec<_> = std::iter::once(head).chain(rows.iter().flat_map(lines)).collect();
    (table(&text) + LEGEND, rows.iter().map(data).collect())
}

const LEGEND: &str = "
any: whatever it is; -: none. ran: must it have run once? lock: does a lock keep all but
administrators out? host: must a host have it? begins: the task that the server has from then on.
";

/// The lines for one action: as many as its states need.
fn lines(row: &Precondition) -> Vec<[String; 7]> {
    let vm_states = row.vm_states.map(|states| states.iter().map(|state| state.as_str()));
    let task_states = row.task_states.map(|tasks| tasks.iter().map(task));
    let vm_states = vm_states.map_or_else(any, broken);
    let task_states = task_states.map_or_else(any, broken);
    let cell = |cells: &[String], at: usize| cells.get(at).cloned().unwrap_or_default();
    let line = |at: usize| {
        let first = |text: String| if at == 0 { text } else { String::new() };
        [
            first(row.name.to_owned()),
            cell(&vm_states, at),
            cell(&task_states, at),
            first(yes(row.must_have_launched)),
            first(yes(row.check_instance_lock)),
            first(yes(row.check_instance_host)),
            first(task(&row.begins).to_owned()),
        ]
    };
    (0..vm_states.len().max(task_states.len())).map(line).collect()
}

fn any() -> Vec<String> {
    vec!["any".to_owned()]
}

/// So many letters a line of states may have.
const WIDTH: usize = 18;

/// The states, in lines.
fn broken<'a>(states: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for state in states {
        match lines.last_mut() {
            Some(line) if line.len() + state.len() < WIDTH => *line += &format!(" {state}"),
            _ => lines.push(state.to_owned()),
        }
    }
    lines
}

fn task(task: &Option<TaskState>) -> &'static str {
    task.map_or("-", TaskState::as_str)
}

fn yes(holds: bool) -> String {
    if holds { "yes" } else { "no" }.to_owned()
}

/// A null for `any`; among the tasks, for none.
fn data(line: &Precondition) -> Value {
    let vm_states = line.vm_states.map(|states| states.iter().copied().map(VmState::as_str));
    let task_states =
        line.task_states.map(|tasks| tasks.iter().map(|task| task.map(TaskState::as_str)));
    json!({
        "action": line.name,
        "vm_states": vm_states.map(Iterator::collect::<Vec<_>>),
        "task_states": task_states.map(Iterator::collect::<Vec<_>>),
        "must_have_launched": line.must_have_launched,
        "check_instance_lock": line.check_instance_lock,
        "check_instance_host": line.check_instance_host,
        "begins": line.begins.map(TaskState::as_str),
    })
}
