//! What is in use (`nova/db/sqlalchemy/api.py` `_sync_instances`, `_sync_server_groups`).

use super::{Amounts, Owner, QuotaEngine};
use nova_objects::{
    Instance, InstanceGroup, NovaObject, Query, RequestContext, StoreError, Tracked, VmState,
};

impl QuotaEngine {
    /// What `owner` uses. What is not counted is not among them.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn usages(
        &self,
        context: &RequestContext,
        owner: Owner<'_>,
    ) -> Result<Amounts, StoreError> {
        let (admin, query) = (context.elevated(), rows_of(owner));
        let groups = InstanceGroup::list(&*self.store, &admin, query).await?;
        let mut usages = sum(&self.instances(context, owner).await?);
        usages.insert("server_groups", i64::try_from(groups.len()).unwrap_or(i64::MAX));
        Ok(usages)
    }

    /// The instances that count. One that is deleted softly does not: it can be kept out when it
    /// wants to come back.
    pub(super) async fn instances(
        &self,
        context: &RequestContext,
        owner: Owner<'_>,
    ) -> Result<Vec<Tracked<Instance>>, StoreError> {
        let there = rows_of(owner).with("deleted", false);
        let mut instances = Instance::list(&*self.store, &context.elevated(), there).await?;
        instances.retain(|instance| instance.vm_state != VmState::SoftDelete);
        Ok(instances)
    }
}

fn rows_of(owner: Owner<'_>) -> Query {
    let of_project = Query::all().with("project_id", owner.project_id);
    owner.user_id.into_iter().fold(of_project, |query, user_id| query.with("user_id", user_id))
}

/// What `instances` take, together.
pub(super) fn sum<'i>(instances: impl IntoIterator<Item = &'i Tracked<Instance>>) -> Amounts {
    let mut sum = Amounts::from([("instances", 0), ("cores", 0), ("ram", 0)]);
    for instance in instances {
        let takes = [("instances", 1), ("cores", instance.vcpus), ("ram", instance.memory_mb)];
        takes.into_iter().for_each(|(name, amount)| *sum.entry(name).or_default() += amount);
    }
    sum
}
