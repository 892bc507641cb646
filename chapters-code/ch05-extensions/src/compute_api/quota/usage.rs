//! What is in use (`nova/db/sqlalchemy/api.py` `_sync_instances`, `_sync_server_groups`).

use super::{
    Amounts, Owner, QuotaEngine,
    growth::{comes_back, is_resizing},
};
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

    /// The instances that count. One that is deleted softly does not, until it comes back: it can
    /// be kept out then.
    pub(super) async fn instances(
        &self,
        context: &RequestContext,
        owner: Owner<'_>,
    ) -> Result<Vec<Tracked<Instance>>, StoreError> {
        let there = rows_of(owner).with("deleted", false);
        let mut instances = Instance::list(&*self.store, &context.elevated(), there).await?;
        instances.retain(|i| i.vm_state != VmState::SoftDelete || comes_back(i));
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
        let (vcpus, memory_mb) = size(instance);
        let takes = [("instances", 1), ("cores", vcpus), ("ram", memory_mb)];
        takes.into_iter().for_each(|(name, amount)| *sum.entry(name).or_default() += amount);
    }
    sum
}

/// The CPUs of `instance`, and its memory in MiB. While it is resized, and until that is confirmed,
/// it may end up in either size: then it has the larger of both.
fn size(instance: &Instance) -> (i64, i64) {
    let new = instance.new_flavor.iter().filter(|_| is_resizing(instance));
    let old = instance.old_flavor.iter().filter(|_| instance.vm_state == VmState::Resized);
    let now = (instance.vcpus, instance.memory_mb);
    new.chain(old).fold(now, |(vcpus, memory_mb), flavor| {
        (vcpus.max(flavor.vcpus), memory_mb.max(flavor.memory_mb))
    })
}
