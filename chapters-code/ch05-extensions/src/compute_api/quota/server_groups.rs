//! How many groups of servers there may be, and how large they may become
//! (`nova/api/openstack/compute/server_groups.py`, `nova/compute/api.py` `_provision_instances`).

use super::{Amounts, Limits, Owner, QuotaEngine, QuotaError};
use nova_objects::{InstanceGroup, NovaObject, Query, RequestContext, StoreError};

impl QuotaEngine {
    /// May who asks have one more group; or, if `made` is written already, may it stay?
    ///
    /// # Errors
    ///
    /// It may not, or the store is out of reach.
    pub(in crate::compute_api) async fn check_server_groups(
        &self,
        context: &RequestContext,
        made: Option<&InstanceGroup>,
    ) -> Result<(), QuotaError> {
        if made.is_some() && !self.options.recheck_quota {
            return Ok(());
        }
        let Owner { project_id, user_id } = Owner::of(context);
        let query = Query::all().with("project_id", project_id);
        let mut groups = InstanceGroup::list(&*self.store, context, query).await?;
        groups.retain(|group| made.is_none_or(|made| group.id < made.id));
        let own = groups.iter().filter(|group| Some(group.user_id.as_str()) == user_id).count();
        match self.fits(context, "server_groups", groups.len() + 1, own + 1).await? {
            true => Ok(()),
            false => Err(QuotaError::ServerGroups),
        }
    }

    /// May who asks have so many servers in `group`, as it is now that the last of them have been
    /// added? Members of other users do not count.
    ///
    /// Whoever adds members writes the list after those who came before: so each of many who come
    /// at once counts other members, and however many there are, the first ones fit.
    ///
    /// # Errors
    ///
    /// There are too many, or the store is out of reach.
    pub(in crate::compute_api) async fn check_server_group_members(
        &self,
        context: &RequestContext,
        group: &InstanceGroup,
    ) -> Result<(), QuotaError> {
        let mut own = self.instances(context, Owner::of(context)).await?;
        own.retain(|instance| group.members.contains(&instance.uuid));
        match self.fits(context, "server_group_members", own.len(), own.len()).await? {
            true => Ok(()),
            false => Err(QuotaError::ServerGroupMembers),
        }
    }

    /// Is so much within the limits of the project, and so much within those of the user?
    async fn fits(
        &self,
        context: &RequestContext,
        resource: &'static str,
        of_project: usize,
        of_user: usize,
    ) -> Result<bool, StoreError> {
        let Limits { project, user } = self.limits_of(context).await?;
        let within = |limits: &Amounts, amount| {
            let limit = limits.get(resource).and_then(|limit| usize::try_from(*limit).ok());
            limit.is_none_or(|limit| amount <= limit)
        };
        Ok(within(&project, of_project) && within(&user, of_user))
    }
}
