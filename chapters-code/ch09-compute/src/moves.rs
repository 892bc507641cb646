//! What an instance takes while it moves (`nova/compute/resource_tracker.py`
//! `_update_usage_from_migration`).

use crate::Usage;
use nova_objects::{Flavor, Instance, Migration, TaskState, VmState};
use std::iter;

/// The states of a migration that is not over, or was not until a moment ago.
pub(crate) const IN_PROGRESS: [&str; 7] = [
    "pre-migrating",
    "migrating",
    "post-migrating",
    "finished",
    "confirming",
    "reverting",
    "reverted",
];

/// What `instance`, whose latest migration is `migration`, takes from `host`, if anything.
///
/// An instance that stays takes its size from the host that has it. One that moves takes its old
/// size where it comes from, and its new size where it goes to, wherever it is at the moment, for
/// it may end up in either place. If it changes its size where it is, it takes both there.
pub(crate) fn usage_on(
    host: &str,
    instance: &Instance,
    migration: Option<&Migration>,
) -> Option<Usage> {
    let is_here = instance.host.as_deref() == Some(host) && instance.vm_state != VmState::Deleted;
    let staying = is_here.then(|| Usage::of(instance));
    let Some(migration) = migration.filter(|migration| is_on(migration, instance)) else {
        return staying;
    };
    let comes_back = migration.status == "reverted";
    let old = (migration.source_compute == host).then_some(migration.old_instance_type_id);
    let new = migration.dest_compute == host && !comes_back;
    let new = new.then_some(migration.new_instance_type_id);
    // A host at neither end of the way has nothing to do with it.
    old.or(new)?;
    let sizes = old.into_iter().chain(new).filter_map(|id| size(instance, id));
    Some(iter::once(staying.unwrap_or_default().counters()).chain(sizes).sum())
}

/// Is `instance` on this way?
fn is_on(migration: &Migration, instance: &Instance) -> bool {
    use TaskState::{ResizeFinish, ResizeMigrated, ResizeMigrating, ResizePrep, ResizeReverting};
    let moving = match (instance.vm_state, instance.task_state) {
        (VmState::Resized, _) => true,
        (VmState::Active | VmState::Stopped, Some(task)) => {
            [ResizePrep, ResizeMigrating, ResizeMigrated, ResizeFinish].contains(&task)
        }
        _ => false,
    };
    match migration.status.as_str() {
        "reverted" => moving && instance.task_state == Some(ResizeReverting),
        status => moving && IN_PROGRESS.contains(&status),
    }
}

/// What the flavor `id` takes, if it is one that the instance has, had or is to have.
fn size(instance: &Instance, id: i64) -> Option<Usage> {
    let Instance { flavor, old_flavor, new_flavor, .. } = instance;
    let mut known = iter::once(flavor).chain(old_flavor).chain(new_flavor);
    known.find(|flavor: &&Flavor| flavor.id == id).map(Usage::of_flavor)
}
