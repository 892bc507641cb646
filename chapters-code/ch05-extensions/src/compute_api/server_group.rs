//! Groups of servers (`nova/objects/instance_group.py`, and what `nova/compute/api.py` and
//! `nova/api/openstack/compute/server_groups.py` do with them).

use super::{API, ComputeApiError, Owner, QuotaEngine, QuotaError};
use nova_objects::{
    Instance, InstanceGroup, NovaObject, Plugs, Query, RequestContext, Store, StoreError, Tracked,
    Unplugged,
};
use std::{collections::BTreeMap, sync::Arc};

/// What users do to their server groups.
#[derive(Clone)]
pub struct ServerGroupAPI {
    store: Arc<dyn Store>,
    quota: QuotaEngine,
}

impl ServerGroupAPI {
    /// The groups whose rows are in the plugged store.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn new(plugs: &Plugs) -> Result<Self, Unplugged> {
        Ok(Self { store: plugs.get()?, quota: QuotaEngine::new(plugs)? })
    }

    /// The group `uuid`, if there is one that the context may see.
    ///
    /// # Errors
    ///
    /// There is none, or the store is out of reach.
    pub async fn get(
        &self,
        context: &RequestContext,
        uuid: &str,
    ) -> Result<Tracked<InstanceGroup>, ComputeApiError> {
        found(InstanceGroup::get(&*self.store, context, uuid).await, uuid)
    }

    /// The groups of the project of who asks, or those of all projects.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn get_all(
        &self,
        context: &RequestContext,
        all_projects: bool,
    ) -> Result<Vec<Tracked<InstanceGroup>>, StoreError> {
        let query = Query::all().ascending("id");
        let query = match all_projects {
            true => query,
            false => query.with("project_id", context.project_id.clone()),
        };
        InstanceGroup::list(&*self.store, context, query).await
    }

    /// Makes a group without members.
    ///
    /// # Errors
    ///
    /// The project has all it may have, or the store is out of reach.
    pub async fn create(
        &self,
        context: &RequestContext,
        name: &str,
        policies: Vec<String>,
    ) -> Result<Tracked<InstanceGroup>, QuotaError> {
        self.quota.check_server_groups(context, None).await?;
        let Owner { project_id, user_id } = Owner::of(context);
        let group = InstanceGroup::new(project_id, user_id.unwrap_or_default(), name, policies);
        let group = group.create(&*self.store, context).await?;
        if let Err(error) = self.quota.check_server_groups(context, Some(&group)).await {
            group.destroy(&*self.store, context).await?;
            return Err(error);
        }
        Ok(group)
    }

    /// Removes a group; its members stay.
    ///
    /// # Errors
    ///
    /// There is none, or the store is out of reach.
    pub async fn delete(
        &self,
        context: &RequestContext,
        uuid: &str,
    ) -> Result<(), ComputeApiError> {
        let group = self.get(context, uuid).await?;
        found(group.destroy(&*self.store, context).await, uuid)
    }

    /// The members of `groups` that are not deleted, by `uuid`, the oldest first.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn members(
        &self,
        context: &RequestContext,
        groups: &[Tracked<InstanceGroup>],
    ) -> Result<Vec<String>, StoreError> {
        let members = groups.iter().flat_map(|group| &group.members);
        let members = members.map(|uuid| uuid.as_str().into());
        let there = Query::all().with_any("uuid", members).with("deleted", false).ascending("id");
        let there = Instance::list(&*self.store, context, there).await?;
        Ok(there.iter().map(|instance| instance.uuid.clone()).collect())
    }
}

/// The group that new servers are to be in.
fn requested(scheduler_hints: &BTreeMap<String, Vec<String>>) -> Option<&String> {
    scheduler_hints.get("group").and_then(|hint| hint.first())
}

impl API {
    /// Is there the group that new servers are to be in (`_get_requested_instance_group`)?
    pub(super) async fn check_requested_instance_group(
        &self,
        context: &RequestContext,
        scheduler_hints: &BTreeMap<String, Vec<String>>,
    ) -> Result<(), ComputeApiError> {
        let Some(uuid) = requested(scheduler_hints) else { return Ok(()) };
        let group = found(InstanceGroup::get(&*self.store, context, uuid).await, uuid)?;
        // An administrator sees the groups of others, but puts no servers into them.
        if context.project_id.as_deref() != Some(group.project_id.as_str()) {
            return Err(ComputeApiError::InstanceGroupNotFound(uuid.clone()));
        }
        Ok(())
    }

    /// Puts `instances`, which are written already, into the group that the hints name
    /// (`InstanceGroup.add_members`). Those that do not fit are members all the same: their rows
    /// have to go.
    pub(super) async fn add_members(
        &self,
        context: &RequestContext,
        scheduler_hints: &BTreeMap<String, Vec<String>>,
        instances: &[Tracked<Instance>],
    ) -> Result<(), ComputeApiError> {
        let Some(uuid) = requested(scheduler_hints) else { return Ok(()) };
        let mut group = found(InstanceGroup::get(&*self.store, context, uuid).await, uuid)?;
        let add = |group: &mut InstanceGroup| {
            group.members.extend(instances.iter().map(|instance| instance.uuid.clone()));
            Ok(())
        };
        found(group.update(&*self.store, context, add).await, uuid)?;
        Ok(self.quota.check_server_group_members(context, &group).await?)
    }
}

/// What was found, or that there is no such group.
fn found<T>(result: Result<T, StoreError>, uuid: &str) -> Result<T, ComputeApiError> {
    match result {
        Err(error) if error.is_not_found() => {
            Err(ComputeApiError::InstanceGroupNotFound(uuid.to_owned()))
        }
        result => Ok(result?),
    }
}
