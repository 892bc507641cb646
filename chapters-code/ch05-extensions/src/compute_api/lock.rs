//! What changes no guest, but what may be done to it (`nova/compute/api.py` `API.lock`, `unlock`;
//! `nova/api/openstack/compute/admin_actions.py` `_reset_state`).

use super::{API, Action, ComputeApiError};
use nova_objects::{Instance, RequestContext, Tracked, VmState};

impl API {
    /// Closes the instance to all actions but an administrator's. An owner cannot make an
    /// administrator's lock their own.
    ///
    /// # Errors
    ///
    /// The instance is gone, or the store is out of reach.
    pub async fn lock(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        Action::Lock.precondition().check(context, &instance)?;
        if instance.locked && locker(context, &instance) == OWNER {
            return Ok(());
        }
        instance.locked = true;
        instance.locked_by = Some(locker(context, &instance).to_owned());
        Ok(instance.save(&*self.store, &context.elevated()).await?)
    }

    /// Is a lock on the instance one of who asks (`is_expected_locked_by`)?
    pub fn is_expected_locked_by(&self, context: &RequestContext, instance: &Instance) -> bool {
        instance.locked_by.as_deref().is_none_or(|by| by == locker(context, instance))
    }

    /// Opens the instance again, whoever closed it.
    ///
    /// # Errors
    ///
    /// The instance is gone, or the store is out of reach.
    pub async fn unlock(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        Action::Unlock.precondition().check(context, &instance)?;
        instance.locked = false;
        instance.locked_by = None;
        Ok(instance.save(&*self.store, &context.elevated()).await?)
    }

    /// Says that the instance is in `vm_state`, and that nothing is being done to it.
    ///
    /// # Errors
    ///
    /// The instance is gone, or the store is out of reach.
    pub async fn reset_state(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        vm_state: VmState,
    ) -> Result<(), ComputeApiError> {
        Action::ResetState.precondition().check(context, &instance)?;
        instance.vm_state = vm_state;
        instance.task_state = None;
        Ok(instance.save(&*self.store, context).await?)
    }
}

const OWNER: &str = "owner";

/// As whom somebody locks the instance.
fn locker(context: &RequestContext, instance: &Instance) -> &'static str {
    if context.project_id.as_ref() == Some(&instance.project_id) { OWNER } else { "admin" }
}
