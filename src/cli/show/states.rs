//! `mini-nova show states`: what can be done to a server, and when.

use super::table;
use nova_extensions::compute_api::{Action, Precondition};
use nova_objects::{TaskState, VmState};
use serde_json::{Value, json};

const HEAD: [&str; 7] = ["action", "begins", "launched", "lock", "host", "vm_state", "task_state"];

/// The table in which the compute API looks: as text, and as data.
pub(super) fn states() -> (String, Value) {
    let rows = Action::PRECONDITIONS;
    let head = HEAD.map(str::to_owned);
    let text: Vec<_> = std::iter::once(head).chain(rows.iter().map(row)).collect();
    (table(&text) + LEGEND, rows.iter().map(data).collect())
}

const LEGEND: &str = "
any: whatever it is; -: none. begins: the task that the server has from then on. launched: must it
have run once? lock: does a lock keep all but administrators out? host: must a host have it?
";

fn row(line: &Precondition) -> [String; 7] {
    let vm_states = line.vm_states.map(|states| words(states.iter().map(|state| state.as_str())));
    let task_states = line.task_states.map(|tasks| words(tasks.iter().map(task)));
    let any = || "any".to_owned();
    [
        line.name.to_owned(),
        task(&line.begins).to_owned(),
        yes(line.must_have_launched),
        yes(line.check_instance_lock),
        yes(line.check_instance_host),
        vm_states.unwrap_or_else(any),
        task_states.unwrap_or_else(any),
    ]
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(",")
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
