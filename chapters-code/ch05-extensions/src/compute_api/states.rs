//! Which action is allowed in which state: one table (`nova/compute/api.py` `check_instance_state`).

use super::ComputeApiError;
use nova_objects::{Instance, VmState};

/// Something that can be done to an instance that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Switch it on.
    Start,
    /// Switch it off.
    Stop,
}

/// When an action is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Precondition {
    /// What is to be done.
    pub action: Action,
    /// Nova's word for it, in messages and in the list of actions.
    pub name: &'static str,
    /// The vm_states in which it is allowed. In any of them, no task may be under way, and the
    /// instance must have run once.
    pub vm_states: &'static [VmState],
}

impl Action {
    /// The whole table.
    pub const PRECONDITIONS: [Precondition; 2] = [
        Precondition { action: Self::Start, name: "start", vm_states: &[VmState::Stopped] },
        Precondition {
            action: Self::Stop,
            name: "stop",
            vm_states: &[VmState::Active, VmState::Error],
        },
    ];

    /// When it is allowed.
    pub const fn precondition(self) -> Precondition {
        Self::PRECONDITIONS[self as usize]
    }
}

impl Precondition {
    /// Is it allowed on `instance`, as it is now?
    ///
    /// # Errors
    ///
    /// Says which state stands in its way.
    pub fn check(self, instance: &Instance) -> Result<(), ComputeApiError> {
        let refusal = |attr, state: &dyn ToString| ComputeApiError::InstanceInvalidState {
            action: self.name,
            uuid: instance.uuid.clone(),
            attr,
            state: state.to_string(),
        };
        if !self.vm_states.contains(&instance.vm_state) {
            return Err(refusal("vm_state", &instance.vm_state));
        }
        if let Some(task) = instance.task_state {
            return Err(refusal("task_state", &task));
        }
        if instance.launched_at.is_none() {
            let uuid = instance.uuid.clone();
            return Err(ComputeApiError::InstanceNotLaunched { action: self.name, uuid });
        }
        Ok(())
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
    }
}
