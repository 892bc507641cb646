//! The three states of an instance, and why there are three.
//!
//! [`VmState`] is what the user was promised, [`TaskState`] is what Nova is busy with (none, most
//! of the time), [`PowerState`] is what the hypervisor says. The status a client reads is made of
//! the first two. (`nova/compute/vm_states.py`, `task_states.py`, `power_state.py`.)

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Nova's word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

states! {
    /// What the user was promised.
    VmState {
        /// It is being made.
        Building = "building",
        /// It runs.
        Active = "active",
        /// It stands still, in memory.
        Paused = "paused",
        /// It is off, and its memory is on disk.
        Suspended = "suspended",
        /// It is switched off.
        Stopped = "stopped",
        /// It runs from a rescue image, with its own disk beside it.
        Rescued = "rescued",
        /// It runs in its new size, and the owner has not yet said whether it stays so.
        Resized = "resized",
        /// It is deleted, but can still be restored.
        SoftDelete = "soft-delete",
        /// It is gone.
        Deleted = "deleted",
        /// Something failed; its fault says what.
        Error = "error",
        /// It is off, and an image of it is kept.
        Shelved = "shelved",
        /// It is only an image: no host has it.
        ShelvedOffloaded = "shelved_offloaded",
    }
}

states! {
    /// What Nova is busy with. Mostly nothing: an `Option<TaskState>` of `None`.
    TaskState {
        /// A host is being chosen.
        Scheduling = "scheduling",
        /// The disks are being set up.
        BlockDeviceMapping = "block_device_mapping",
        /// The network is being set up.
        Networking = "networking",
        /// The hypervisor is making the guest.
        Spawning = "spawning",
        /// An image of the disk is being made.
        ImageSnapshot = "image_snapshot",
        /// An image of the disk was asked for.
        ImageSnapshotPending = "image_snapshot_pending",
        /// The image is about to be uploaded.
        ImagePendingUpload = "image_pending_upload",
        /// The image is being uploaded.
        ImageUploading = "image_uploading",
        /// A backup, which pushes out the oldest, is being made.
        ImageBackup = "image_backup",
        /// The administrator's password is being changed.
        UpdatingPassword = "updating_password",
        /// A host for the new size is being chosen and made ready.
        ResizePrep = "resize_prep",
        /// The disk is on its way to the new host.
        ResizeMigrating = "resize_migrating",
        /// The disk is at the new host.
        ResizeMigrated = "resize_migrated",
        /// The new host is starting the guest.
        ResizeFinish = "resize_finish",
        /// It is going back to its old size.
        ResizeReverting = "resize_reverting",
        /// What is left of the old size is being removed.
        ResizeConfirming = "resize_confirming",
        /// A reboot was asked for.
        Rebooting = "rebooting",
        /// The host is about to reboot the guest.
        RebootPending = "reboot_pending",
        /// The guest is rebooting.
        RebootStarted = "reboot_started",
        /// A reboot by switching off and on was asked for.
        RebootingHard = "rebooting_hard",
        /// The host is about to switch the guest off and on.
        RebootPendingHard = "reboot_pending_hard",
        /// The guest is being switched off and on.
        RebootStartedHard = "reboot_started_hard",
        /// The guest is being halted.
        Pausing = "pausing",
        /// The guest is being let go on.
        Unpausing = "unpausing",
        /// Its memory is being written to disk.
        Suspending = "suspending",
        /// Its memory is being read back.
        Resuming = "resuming",
        /// The guest is being switched off.
        PoweringOff = "powering-off",
        /// The guest is being switched on.
        PoweringOn = "powering-on",
        /// The rescue image is being started.
        Rescuing = "rescuing",
        /// It is being started from its own disk again.
        Unrescuing = "unrescuing",
        /// It is being made anew, from an image.
        Rebuilding = "rebuilding",
        /// The disks are being set up anew.
        RebuildBlockDeviceMapping = "rebuild_block_device_mapping",
        /// The hypervisor is making the guest anew.
        RebuildSpawning = "rebuild_spawning",
        /// It is moving to another host while it runs.
        Migrating = "migrating",
        /// The guest is being removed.
        Deleting = "deleting",
        /// The guest is being switched off, to be removed later.
        SoftDeleting = "soft-deleting",
        /// It is being brought back from a soft delete.
        Restoring = "restoring",
        /// It is being put on the shelf.
        Shelving = "shelving",
        /// The image that is kept of it is about to be uploaded.
        ShelvingImagePendingUpload = "shelving_image_pending_upload",
        /// The image that is kept of it is being uploaded.
        ShelvingImageUploading = "shelving_image_uploading",
        /// The host is being freed of it.
        ShelvingOffloading = "shelving_offloading",
        /// A host is being chosen for it, and the guest made from its image.
        Unshelving = "unshelving",
    }
}

impl TaskState {
    /// Is it part of making a guest, for the first time or anew? Who is cut off at that leaves
    /// half a guest.
    pub fn makes_a_guest(self) -> bool {
        use TaskState::*;
        let makes = [Scheduling, BlockDeviceMapping, Networking, Spawning];
        let makes_anew = [Rebuilding, RebuildBlockDeviceMapping, RebuildSpawning];
        makes.contains(&self) || makes_anew.contains(&self)
    }
}

/// What the hypervisor says of the guest, in the numbers that Nova stores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub enum PowerState {
    /// There is no such guest, or nobody knows.
    #[default]
    NoState = 0,
    /// It runs.
    Running = 1,
    /// It is paused.
    Paused = 3,
    /// It is off.
    Shutdown = 4,
    /// It crashed.
    Crashed = 6,
    /// Its memory is on disk.
    Suspended = 7,
}

impl From<PowerState> for u8 {
    fn from(state: PowerState) -> Self {
        state as Self
    }
}

impl TryFrom<u8> for PowerState {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        [Self::NoState, Self::Running, Self::Paused, Self::Shutdown, Self::Crashed, Self::Suspended]
            .into_iter()
            .find(|&state| state as u8 == number)
            .ok_or_else(|| format!("{number} is no power state"))
    }
}
