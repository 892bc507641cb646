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
        /// It is switched off.
        Stopped = "stopped",
        /// Something failed; its fault says what.
        Error = "error",
        /// It is gone.
        Deleted = "deleted",
    }
}

states! {
    /// What Nova is busy with. Mostly nothing: an `Option<TaskState>` of `None`.
    TaskState {
        /// A host is being chosen.
        Scheduling = "scheduling",
        /// The network is being set up.
        Networking = "networking",
        /// The disks are being set up.
        BlockDeviceMapping = "block_device_mapping",
        /// The hypervisor is making the guest.
        Spawning = "spawning",
        /// The guest is being switched off.
        PoweringOff = "powering-off",
        /// The guest is being switched on.
        PoweringOn = "powering-on",
        /// The guest is being removed.
        Deleting = "deleting",
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
