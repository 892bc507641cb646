//! The last look at a server group's policy (`nova/compute/manager.py`
//! `_validate_instance_group_policy`).
//!
//! The scheduler keeps the policy, as far as it can see. Two schedulers, or one that is asked twice
//! at once, may send two members of a group to one host: neither has a host yet when the other is
//! placed. The claim writes the host down; after it, somebody sees both.

use crate::{ComputeError, ComputeManager};
use nova_objects::{FilterProperties, Instance, InstanceGroup, NovaObject, Query, RequestContext};

impl ComputeManager {
    /// Is this host one that the instance's group allows, now that the instance is on it?
    ///
    /// # Errors
    ///
    /// [`ComputeError::RescheduledException`] if it is not; or the store is out of reach.
    pub(crate) async fn validate_instance_group_policy(
        &self,
        context: &RequestContext,
        instance: &Instance,
        filter_properties: &FilterProperties,
    ) -> Result<(), ComputeError> {
        let hint = filter_properties.scheduler_hints.get("group").and_then(|hint| hint.first());
        let Some(group) = hint else { return Ok(()) };
        // Of two that look at once, one has to have looked first.
        let _locked = self.locks.lock(group).await;
        let group = match InstanceGroup::get(&*self.store, context, group).await {
            // Who has removed the group wants nothing of it any more.
            Err(error) if error.is_not_found() => return Ok(()),
            group => group?,
        };
        let others = group.members.iter().filter(|uuid| **uuid != instance.uuid);
        let others = Query::all().with_any("uuid", others.map(|uuid| uuid.as_str().into()));
        let others = Instance::list(&*self.store, context, others.with("deleted", false)).await?;
        let mut hosts = others.iter().filter_map(|other| other.host.as_ref());
        let wants = |policy: &str| group.policies.iter().any(|wanted| wanted == policy);
        let violated = if wants("anti-affinity") && hosts.any(|host| *host == self.options.host) {
            "Anti-affinity instance group policy was violated."
        } else if wants("affinity") && hosts.any(|host| *host != self.options.host) {
            "Affinity instance group policy was violated."
        } else {
            return Ok(());
        };
        let (instance_uuid, reason) = (instance.uuid.clone(), violated.to_owned());
        Err(ComputeError::RescheduledException { instance_uuid, reason })
    }
}
