//! The guests of a hypervisor that only remembers.

use crate::{ComputeError, LifecycleEvent, Transition};
use nova_objects::{Instance, PowerState};
use std::collections::BTreeMap;
use tokio::sync::mpsc::UnboundedSender;

/// All guests of a host, by the UUIDs of their instances.
#[derive(Default)]
pub(super) struct Guests {
    here: BTreeMap<String, Guest>,
    /// Those that went to another size, and may come back.
    aside: BTreeMap<String, Guest>,
    /// Who is told what happens to them.
    pub(super) listener: Option<UnboundedSender<LifecycleEvent>>,
}

impl Guests {
    pub(super) fn names(&self) -> Vec<String> {
        self.here.values().map(|guest| guest.name.clone()).collect()
    }

    pub(super) fn get(&self, instance: &Instance) -> Result<&Guest, ComputeError> {
        self.here.get(&instance.uuid).ok_or_else(|| not_found(instance))
    }

    /// The guest is `state` now, and `line` on its console says why.
    pub(super) fn turn(
        &mut self,
        instance: &Instance,
        state: PowerState,
        line: &str,
    ) -> Result<(), ComputeError> {
        self.get(instance)?;
        self.make(instance, state, line);
        Ok(())
    }

    /// The same, of a guest that is made if it is not there.
    pub(super) fn make(&mut self, instance: &Instance, state: PowerState, line: &str) {
        let guest = self.here.entry(instance.uuid.clone()).or_insert_with(|| Guest::new(instance));
        let before = guest.turn(state, line);
        self.tell(instance, before, state);
    }

    /// Off and on again; it is made if it is not there.
    pub(super) fn restart(&mut self, instance: &Instance, line: &str) {
        let guest = self.here.entry(instance.uuid.clone()).or_insert_with(|| Guest::new(instance));
        let before = guest.turn(PowerState::Running, line);
        self.tell(instance, before, PowerState::Shutdown);
        self.tell(instance, PowerState::Shutdown, PowerState::Running);
    }

    pub(super) fn remove(&mut self, instance: &Instance) {
        if let Some(guest) = self.here.remove(&instance.uuid) {
            self.tell(instance, guest.state, PowerState::NoState);
        }
    }

    pub(super) fn put_aside(&mut self, instance: &Instance) -> Result<(), ComputeError> {
        self.turn(instance, PowerState::Shutdown, "Power off.")?;
        let guest = self.here.remove(&instance.uuid);
        self.aside.extend(guest.map(|guest| (instance.uuid.clone(), guest)));
        Ok(())
    }

    /// Brings the guest back if it was put aside.
    pub(super) fn bring_back(&mut self, instance: &Instance) {
        let guest = self.aside.remove(&instance.uuid);
        self.here.extend(guest.map(|guest| (instance.uuid.clone(), guest)));
    }

    pub(super) fn drop_aside(&mut self, instance: &Instance) {
        self.aside.remove(&instance.uuid);
    }

    fn tell(&self, instance: &Instance, before: PowerState, state: PowerState) {
        let (Some(listener), Some(transition)) = (&self.listener, transition(before, state)) else {
            return;
        };
        // Who has stopped listening misses nothing.
        let _ = listener.send(LifecycleEvent { uuid: instance.uuid.clone(), transition });
    }
}

/// What a hypervisor says of a guest that was `before` and is `state`.
fn transition(before: PowerState, state: PowerState) -> Option<Transition> {
    use PowerState::{Paused, Running};
    match (before, state) {
        _ if before == state => None,
        (Paused, Running) => Some(Transition::Resumed),
        (_, Running) => Some(Transition::Started),
        (_, Paused) => Some(Transition::Paused),
        (Running | Paused, _) => Some(Transition::Stopped),
        _ => None,
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
    /// A guest to which nothing has happened yet.
    fn new(instance: &Instance) -> Self {
        Self { name: instance.name(), state: PowerState::NoState, console: String::new() }
    }

    /// It is `state` now, and `line` on its console says why. Gives the state before.
    fn turn(&mut self, state: PowerState, line: &str) -> PowerState {
        self.console.push_str(line);
        self.console.push('\n');
        std::mem::replace(&mut self.state, state)
    }

    /// The content of its disk.
    pub(super) fn disk(&self) -> Vec<u8> {
        format!("the disk of {}\n", self.name).into_bytes()
    }
}
