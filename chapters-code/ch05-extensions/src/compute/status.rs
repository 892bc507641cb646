//! What a client is told of an instance's states (`nova/api/openstack/common.py`).

use nova_objects::{
    Instance,
    TaskState::{self, *},
    VmState,
};

/// The task states of a `vm_state` that have a status of their own.
type Tasks = &'static [(TaskState, &'static str)];

/// For each `vm_state` its status, and for some task states another (`_STATE_MAP`).
///
/// What Nova is busy with shows only where the table says so: a server that is being deleted is
/// still `ACTIVE`.
const STATE_MAP: &[(VmState, &str, Tasks)] = &[
    (
        VmState::Active,
        "ACTIVE",
        &[
            (Rebooting, "REBOOT"),
            (RebootPending, "REBOOT"),
            (RebootStarted, "REBOOT"),
            (RebootingHard, "HARD_REBOOT"),
            (RebootPendingHard, "HARD_REBOOT"),
            (RebootStartedHard, "HARD_REBOOT"),
            (UpdatingPassword, "PASSWORD"),
            (Rebuilding, "REBUILD"),
            (RebuildBlockDeviceMapping, "REBUILD"),
            (RebuildSpawning, "REBUILD"),
            (Migrating, "MIGRATING"),
            (ResizePrep, "RESIZE"),
            (ResizeMigrating, "RESIZE"),
            (ResizeMigrated, "RESIZE"),
            (ResizeFinish, "RESIZE"),
        ],
    ),
    (VmState::Building, "BUILD", &[]),
    (
        VmState::Stopped,
        "SHUTOFF",
        &[
            (ResizePrep, "RESIZE"),
            (ResizeMigrating, "RESIZE"),
            (ResizeMigrated, "RESIZE"),
            (ResizeFinish, "RESIZE"),
            (Rebuilding, "REBUILD"),
            (RebuildBlockDeviceMapping, "REBUILD"),
            (RebuildSpawning, "REBUILD"),
        ],
    ),
    (VmState::Resized, "VERIFY_RESIZE", &[(ResizeReverting, "REVERT_RESIZE")]),
    (VmState::Paused, "PAUSED", &[(Migrating, "MIGRATING")]),
    (VmState::Suspended, "SUSPENDED", &[]),
    (VmState::Rescued, "RESCUE", &[]),
    (
        VmState::Error,
        "ERROR",
        &[
            (Rebuilding, "REBUILD"),
            (RebuildBlockDeviceMapping, "REBUILD"),
            (RebuildSpawning, "REBUILD"),
        ],
    ),
    (VmState::Deleted, "DELETED", &[]),
    (VmState::SoftDelete, "SOFT_DELETED", &[]),
    (VmState::Shelved, "SHELVED", &[]),
    (VmState::ShelvedOffloaded, "SHELVED_OFFLOADED", &[]),
];

/// The `status` of a server; `UNKNOWN` if the table does not have its state.
pub fn status(instance: &Instance) -> &'static str {
    if instance.deleted {
        return "DELETED";
    }
    let of_state = STATE_MAP.iter().find(|(state, ..)| *state == instance.vm_state);
    let Some((_, default, tasks)) = of_state else { return "UNKNOWN" };
    let of_task = tasks.iter().find(|(state, _)| Some(*state) == instance.task_state);
    of_task.map_or(default, |(_, status)| status)
}

/// The states that servers of any of these `statuses` have, whatever its case, in the order of
/// the table: two empty lists if none of the words is a status.
///
/// A task state of `None` stands for all those that the table does not name (Nova's `'default'`).
/// Where there is one, a search goes by `vm_state` alone, and so finds a rebooting server among
/// those that are `ACTIVE`, as Nova's does.
pub fn task_and_vm_state_from_status<'s>(
    statuses: impl IntoIterator<Item = &'s str>,
) -> (Vec<VmState>, Vec<Option<TaskState>>) {
    let statuses: Vec<_> = statuses.into_iter().collect();
    let wanted = |status: &str| statuses.iter().any(|word| word.eq_ignore_ascii_case(status));
    let (mut vm_states, mut task_states) = (Vec::new(), Vec::new());
    for &(vm_state, default, tasks) in STATE_MAP {
        let tasks = tasks.iter().map(|&(task, status)| (Some(task), status));
        let found: Vec<_> = std::iter::once((None, default))
            .chain(tasks)
            .filter(|(_, status)| wanted(status))
            .map(|(task, _)| task)
            .collect();
        if !found.is_empty() {
            vm_states.push(vm_state);
        }
        for task in found {
            if !task_states.contains(&task) {
                task_states.push(task);
            }
        }
    }
    (vm_states, task_states)
}

#[cfg(test)]
mod tests {
    use super::{status, task_and_vm_state_from_status};
    use nova_objects::{
        Flavor, Instance,
        TaskState::{self, *},
        VmState::{self, *},
    };

    #[test]
    fn a_status_is_made_of_two_states() {
        let cases: [(VmState, Option<TaskState>, &str); 24] = [
            (Building, Some(Spawning), "BUILD"),
            (Active, None, "ACTIVE"),
            (Active, Some(PoweringOff), "ACTIVE"),
            (Active, Some(TaskState::Deleting), "ACTIVE"),
            (Active, Some(RebootStarted), "REBOOT"),
            (Active, Some(RebootPendingHard), "HARD_REBOOT"),
            (Active, Some(UpdatingPassword), "PASSWORD"),
            (Active, Some(RebuildSpawning), "REBUILD"),
            (Active, Some(Migrating), "MIGRATING"),
            (Active, Some(ResizeFinish), "RESIZE"),
            (Stopped, None, "SHUTOFF"),
            (Stopped, Some(RebootingHard), "SHUTOFF"),
            (Stopped, Some(ResizePrep), "RESIZE"),
            (Stopped, Some(Rebuilding), "REBUILD"),
            (Resized, Some(ResizeConfirming), "VERIFY_RESIZE"),
            (Resized, Some(ResizeReverting), "REVERT_RESIZE"),
            (Paused, Some(Migrating), "MIGRATING"),
            (Suspended, Some(Migrating), "SUSPENDED"),
            (Rescued, None, "RESCUE"),
            (Error, Some(Rebuilding), "REBUILD"),
            (Deleted, None, "DELETED"),
            (SoftDelete, Some(Restoring), "SOFT_DELETED"),
            (Shelved, None, "SHELVED"),
            (ShelvedOffloaded, Some(Unshelving), "SHELVED_OFFLOADED"),
        ];
        for (vm_state, task_state, word) in cases {
            let flavor = Flavor::new("1", "m1.tiny", 512, 1, 1);
            let mut instance = Instance::building("p", "u", "web", flavor);
            (instance.vm_state, instance.task_state) = (vm_state, task_state);
            assert_eq!(status(&instance), word, "{vm_state} {task_state:?}");
            instance.deleted = true;
            assert_eq!(status(&instance), "DELETED");
        }
    }

    #[test]
    fn a_status_leads_back_to_the_states_it_is_made_of() {
        let rebuild = [Rebuilding, RebuildBlockDeviceMapping, RebuildSpawning].map(Some);
        let hard = [RebootingHard, RebootPendingHard, RebootStartedHard].map(Some);
        let cases = [
            (&["ACTIVE"][..], &[Active][..], &[None][..]),
            (&["shutOff"], &[Stopped], &[None]),
            (&["hard_reboot"], &[Active], &hard),
            (&["REBUILD"], &[Active, Stopped, Error], &rebuild),
            (&["MIGRATING"], &[Active, Paused], &[Some(Migrating)]),
            (&["REVERT_RESIZE"], &[Resized], &[Some(ResizeReverting)]),
            (&["deleted", "DELETED"], &[Deleted], &[None]),
            (&["PASSWORD", "PAUSED"], &[Active, Paused], &[Some(UpdatingPassword), None]),
            (&["weary"], &[], &[]),
            (&["weary", "RESCUE"], &[Rescued], &[None]),
        ];
        for (statuses, vm_states, task_states) in cases {
            let found = task_and_vm_state_from_status(statuses.iter().copied());
            assert_eq!(found, (vm_states.to_vec(), task_states.to_vec()), "{statuses:?}");
        }
    }
}
