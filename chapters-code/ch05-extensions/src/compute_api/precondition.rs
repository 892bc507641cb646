//! What has to hold before something is done to an instance (the decorators of
//! `nova/compute/api.py`).

use super::{Action, ComputeApiError};
use nova_objects::{Instance, RequestContext, TaskState, VmState};

/// When an action is allowed, and what is begun with it: a line of the table
/// [`Action::PRECONDITIONS`].
#[derive(Clone, Copy, Debug)]
pub struct Precondition {
    /// What is to be done.
    pub action: Action,
    /// Nova's word for it, in messages and in the list of actions.
    pub name: &'static str,
    /// The vm_states in which it is allowed; `None`: all of them.
    pub vm_states: Option<&'static [VmState]>,
    /// The tasks during which it is allowed, where a `None` among them stands for no task;
    /// `None`: whatever the task.
    pub task_states: Option<&'static [Option<TaskState>]>,
    /// Must the instance have run once?
    pub must_have_launched: bool,
    /// Does a lock keep all but administrators out (`check_instance_lock`)?
    pub check_instance_lock: bool,
    /// Must there be a host that can be told (`check_instance_host`)?
    ///
    /// Nova asks so before `start`, `stop` and consoles, and breaks down later where others are
    /// told to nobody; here all that are told to a host ask.
    pub check_instance_host: bool,
    /// The task that the action begins with, if it is one that takes its time.
    pub begins: Option<TaskState>,
}

impl Precondition {
    /// In any vm_state, during no task, of an instance that ran once and is not locked.
    pub(super) const fn new(action: Action, name: &'static str) -> Self {
        Self {
            action,
            name,
            vm_states: None,
            task_states: Some(&[None]),
            must_have_launched: true,
            check_instance_lock: true,
            check_instance_host: false,
            begins: None,
        }
    }

    /// Only in these vm_states.
    pub(super) const fn vm(self, vm_states: &'static [VmState]) -> Self {
        Self { vm_states: Some(vm_states), ..self }
    }

    /// Only during these tasks.
    pub(super) const fn during(self, task_states: &'static [Option<TaskState>]) -> Self {
        Self { task_states: Some(task_states), ..self }
    }

    /// Whatever Nova is busy with.
    pub(super) const fn during_any_task(self) -> Self {
        Self { task_states: None, ..self }
    }

    /// Even if the instance never ran.
    pub(super) const fn never_launched(self) -> Self {
        Self { must_have_launched: false, ..self }
    }

    /// Even if it is locked.
    pub(super) const fn even_locked(self) -> Self {
        Self { check_instance_lock: false, ..self }
    }

    /// Only if a host has it.
    pub(super) const fn on_host(self) -> Self {
        Self { check_instance_host: true, ..self }
    }

    /// It begins with this task.
    pub(super) const fn sets(self, task: TaskState) -> Self {
        Self { begins: Some(task), ..self }
    }

    // ANCHOR: check
    /// Is it allowed on `instance`, as it is now, to who asks?
    ///
    /// # Errors
    ///
    /// Says what stands in its way: a lock, a state, or that no host has the instance.
    pub fn check(
        self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeApiError> {
        let uuid = || instance.uuid.clone();
        if self.check_instance_lock && instance.locked && !context.is_admin {
            return Err(ComputeApiError::InstanceIsLocked(uuid()));
        }
        let (vm_state, task_state) = (instance.vm_state, instance.task_state);
        if self.vm_states.is_some_and(|allowed| !allowed.contains(&vm_state)) {
            return Err(self.refusal(uuid(), "vm_state", vm_state.as_str()));
        }
        if self.task_states.is_some_and(|allowed| !allowed.contains(&task_state)) {
            let task = task_state.map_or("None", TaskState::as_str);
            return Err(self.refusal(uuid(), "task_state", task));
        }
        if self.must_have_launched && instance.launched_at.is_none() {
            let action = self.name;
            return Err(ComputeApiError::InstanceNotLaunched { action, uuid: uuid() });
        }
        // Nova asks this before the states; but a state says more than that there is no host.
        if self.check_instance_host && instance.host.is_none() {
            return Err(ComputeApiError::InstanceNotReady(uuid()));
        }
        Ok(())
    }
    // ANCHOR_END: check

    fn refusal(self, uuid: String, attr: &'static str, state: &str) -> ComputeApiError {
        let (action, state) = (self.name, state.to_owned());
        ComputeApiError::InstanceInvalidState { action, uuid, attr, state }
    }
}
