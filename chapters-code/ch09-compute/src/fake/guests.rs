//! The guests of a hypervisor that only remembers.

use crate::ComputeError;
use nova_objects::{Instance, PowerState};
use std::collections::BTreeMap;

/// All guests of a host, by the UUIDs of their instances.
#[derive(Default)]
pub(super) struct Guests {
    here: BTreeMap<String, Guest>,
    /// Those that went to another size, and may come back.
    aside: BTreeMap<String, Guest>,
}

impl Guests {
    pub(super) fn names(&self) -> Vec<String> {
        self.here.values().map(|guest| guest.name.clone()).collect()
    }

    pub(super) fn get_mut(&mut self, instance: &Instance) -> Result<&mut Guest, ComputeError> {
        self.here.get_mut(&instance.uuid).ok_or_else(|| not_found(instance))
    }

    pub(super) fn put(&mut self, instance: &Instance, guest: Guest) {
        self.here.insert(instance.uuid.clone(), guest);
    }

    pub(super) fn remove(&mut self, instance: &Instance) {
        self.here.remove(&instance.uuid);
    }

    pub(super) fn put_aside(&mut self, instance: &Instance) -> Result<(), ComputeError> {
        let mut guest = self.here.remove(&instance.uuid).ok_or_else(|| not_found(instance))?;
        guest.turn(PowerState::Shutdown, "Power off.");
        self.aside.insert(instance.uuid.clone(), guest);
        Ok(())
    }

    /// Brings the guest back if it was put aside.
    pub(super) fn bring_back(&mut self, instance: &Instance) {
        if let Some(guest) = self.aside.remove(&instance.uuid) {
            self.put(instance, guest);
        }
    }

    pub(super) fn drop_aside(&mut self, instance: &Instance) {
        self.aside.remove(&instance.uuid);
    }
}

fn not_found(instance: &Instance) -> ComputeError {
    ComputeError::InstanceNotFound { instance_id: instance.uuid.clone() }
}

/// One guest, as far as anybody asks.
pub(super) struct Guest {
    name: String,
    pub(super) state: PowerState,
    /// What it wrote to its console, a line for each thing that happened to it.
    pub(super) console: String,
}

impl Guest {
    /// A guest that runs, with `line` as the first on its console.
    pub(super) fn new(instance: &Instance, line: &str) -> Self {
        let console = format!("{line}\n");
        Self { name: instance.name(), state: PowerState::Running, console }
    }

    /// It is `state` now, and `line` on its console says why.
    pub(super) fn turn(&mut self, state: PowerState, line: &str) {
        self.state = state;
        self.console.push_str(line);
        self.console.push('\n');
    }

    /// The content of its disk.
    pub(super) fn disk(&self) -> Vec<u8> {
        format!("the disk of {}\n", self.name).into_bytes()
    }
}
