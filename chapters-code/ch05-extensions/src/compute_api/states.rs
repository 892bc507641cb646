//! Which action is allowed in which state: one table (`nova/compute/api.py` `check_instance_state`,
//! `check_instance_lock`, `check_instance_host`).
//!
//! In Nova, decorators say it, above each method. Here it is data, so that it can be read at a
//! glance, printed (`mini-nova show states`), and tested line by line.

use super::Precondition;
use nova_objects::{TaskState, VmState};

/// Something that can be done to an instance that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Switch it on.
    Start,
    /// Switch it off.
    Stop,
    /// Ask the guest to start anew.
    SoftReboot,
    /// Switch it off and on.
    HardReboot,
    /// Hold it, in memory.
    Pause,
    /// Let it go on.
    Unpause,
    /// Write its memory down, and switch it off.
    Suspend,
    /// Read its memory back.
    Resume,
    /// Make it again, from an image.
    Rebuild,
    /// Give it another size.
    Resize,
    /// Keep the other size.
    ConfirmResize,
    /// Give it its old size back.
    RevertResize,
    /// Make an image of its disk.
    CreateImage,
    /// Remove it.
    Delete,
    /// Put it where it can still be restored.
    SoftDelete,
    /// Remove it, though it could still be restored.
    ForceDelete,
    /// Bring it back from a soft delete.
    Restore,
    /// Close it to all but administrators.
    Lock,
    /// Open it again.
    Unlock,
    /// Say what state it is in, whatever it is.
    ResetState,
    /// Change its owner's notes.
    UpdateMetadata,
    /// Take one of its owner's notes away.
    DeleteMetadata,
    /// Tie a word to it.
    UpdateTag,
    /// Tie these words to it, and no others.
    UpdateTags,
    /// Untie one.
    DeleteTag,
    /// Untie all.
    DeleteTags,
    /// Read what it wrote to its console.
    GetConsoleOutput,
    /// See its screen.
    GetVncConsole,
}

// ANCHOR: table
use Action::*;
use VmState::{Active, Error, Paused, Resized, Stopped, Suspended};

/// The whole table. What a line does not say: any vm_state will do, no task may be under way, the
/// instance must have run once, and a lock keeps all but administrators out.
const PRECONDITIONS: [Precondition; 28] = [
    of(Start, "start").vm(&[Stopped]).on_host().sets(TaskState::PoweringOn),
    of(Stop, "stop").vm(&[Active, Error]).on_host().sets(TaskState::PoweringOff),
    of(SoftReboot, "reboot").vm(&[Active]).on_host().sets(TaskState::Rebooting),
    of(HardReboot, "reboot")
        .vm(&[Active, Stopped, Paused, Suspended, Error])
        .during(ALLOW_REBOOT)
        .on_host()
        .sets(TaskState::RebootingHard),
    of(Pause, "pause").vm(&[Active]).on_host().sets(TaskState::Pausing),
    of(Unpause, "unpause").vm(&[Paused]).on_host().sets(TaskState::Unpausing),
    of(Suspend, "suspend").vm(&[Active]).on_host().sets(TaskState::Suspending),
    of(Resume, "resume").vm(&[Suspended]).on_host().sets(TaskState::Resuming),
    of(Rebuild, "rebuild").vm(&[Active, Stopped, Error]).on_host().sets(TaskState::Rebuilding),
    of(Resize, "resize").vm(&[Active, Stopped]).on_host().sets(TaskState::ResizePrep),
    of(ConfirmResize, "confirmResize").vm(&[Resized]).sets(TaskState::ResizeConfirming),
    of(RevertResize, "revertResize").vm(&[Resized]).sets(TaskState::ResizeReverting),
    of(CreateImage, "createImage")
        .vm(&[Active, Stopped, Paused, Suspended])
        .on_host()
        .even_locked()
        .sets(TaskState::ImageSnapshotPending),
    of(Delete, "delete").during_any_task().never_launched().sets(TaskState::Deleting),
    of(SoftDelete, "delete").during_any_task().sets(TaskState::SoftDeleting),
    of(ForceDelete, "forceDelete").never_launched().sets(TaskState::Deleting),
    of(Restore, "restore").vm(&[VmState::SoftDelete]).sets(TaskState::Restoring),
    of(Lock, "lock").during_any_task().never_launched().even_locked(),
    of(Unlock, "unlock").during_any_task().never_launched().even_locked(),
    of(ResetState, "os-resetState").during_any_task().never_launched().even_locked(),
    of(UpdateMetadata, "update metadata").vm(ALLOW_METADATA).during_any_task(),
    of(DeleteMetadata, "delete metadata").vm(ALLOW_METADATA).during_any_task(),
    tags(UpdateTag, "update tag"),
    tags(UpdateTags, "update tags"),
    tags(DeleteTag, "delete tag"),
    tags(DeleteTags, "delete tags"),
    of(GetConsoleOutput, "os-getConsoleOutput")
        .during_any_task()
        .never_launched()
        .even_locked()
        .on_host(),
    of(GetVncConsole, "os-getVNCConsole")
        .during_any_task()
        .never_launched()
        .even_locked()
        .on_host(),
];

/// The tasks that a hard reboot does not wait for: it may be what ends them.
const ALLOW_REBOOT: &[Option<TaskState>] = &[
    None,
    Some(TaskState::Rebooting),
    Some(TaskState::RebootPending),
    Some(TaskState::RebootStarted),
    Some(TaskState::Resuming),
    Some(TaskState::RebootingHard),
    Some(TaskState::Unpausing),
    Some(TaskState::Pausing),
    Some(TaskState::Suspending),
];

const ALLOW_METADATA: &[VmState] = &[Active, Paused, Suspended, Stopped];
// ANCHOR_END: table

const fn of(action: Action, name: &'static str) -> Precondition {
    Precondition::new(action, name)
}

/// What is done to tags, and asks neither for a lock nor whether the instance ever ran.
const fn tags(action: Action, name: &'static str) -> Precondition {
    of(action, name).vm(ALLOW_METADATA).during_any_task().never_launched().even_locked()
}

impl Action {
    /// When each action is allowed.
    pub const PRECONDITIONS: &[Precondition] = &PRECONDITIONS;

    /// When this one is.
    pub const fn precondition(self) -> Precondition {
        PRECONDITIONS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Action;

    #[test]
    fn each_action_has_its_own_line_in_the_table() {
        for (at, line) in Action::PRECONDITIONS.iter().enumerate() {
            assert_eq!(line.action as usize, at, "{}", line.name);
        }
        assert_eq!(Action::PRECONDITIONS.len(), Action::GetVncConsole as usize + 1);
    }
}
