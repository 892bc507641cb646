//! What the filters and weighers are asked about (`nova/objects/request_spec.py` `RequestSpec`, and
//! `nova/scheduler/utils.py` `setup_instance_group`).

use nova_objects::{
    DateTime, FilterProperties, Instance, InstanceGroup, NovaObject, Query, RequestContext,
    RequestSpec, Store, StoreError, Tracked,
};

/// A request for hosts, with all that has to be looked up for it.
///
/// It is looked up once. A filter is asked about each host there is, and waits for nobody.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// What is to be placed.
    pub spec: &'r RequestSpec,
    /// What is known of this attempt.
    pub filter_properties: &'r FilterProperties,
    /// The server group that the instances are in.
    pub instance_group: Option<Group>,
    /// The hosts that the hint `same_host` means. `None`: there is no such hint.
    pub same_host: Option<Vec<String>>,
    /// The hosts that the hint `different_host` means.
    pub different_host: Vec<String>,
    /// The moment at which it is decided.
    pub now: DateTime,
}

/// A server group, as far as it matters to who places its members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// `affinity`, `anti-affinity`, `soft-affinity`, `soft-anti-affinity`.
    pub policies: Vec<String>,
    /// Where its members are: a host once for each.
    pub hosts: Vec<String>,
}

impl Group {
    /// Does the group want to be placed by `policy`?
    pub fn has(&self, policy: &str) -> bool {
        self.policies.iter().any(|other| other == policy)
    }
}

impl<'r> Request<'r> {
    /// A request that is in no group and hints at no other instance.
    pub fn new(spec: &'r RequestSpec, filter_properties: &'r FilterProperties) -> Self {
        Self {
            spec,
            filter_properties,
            instance_group: None,
            same_host: None,
            different_host: Vec::new(),
            now: DateTime::now(),
        }
    }

    /// Looks up the group that the hint `group` names, or else the one that `instance_uuid` is in;
    /// and where the instances are that the other hints name. Who asks sees what `context` sees.
    ///
    /// # Errors
    ///
    /// The store is out of reach. A hint at nothing hints at no host.
    pub async fn look_up(
        mut self,
        store: &dyn Store,
        context: &RequestContext,
        instance_uuid: Option<&str>,
    ) -> Result<Self, StoreError> {
        let hints = &self.filter_properties.scheduler_hints;
        let hint = hints.get("group").and_then(|hint| hint.first());
        let group = match (hint, instance_uuid) {
            (Some(group), _) => found(InstanceGroup::get(store, context, group).await)?,
            (None, Some(instance)) => group_of(store, context, instance).await?,
            (None, None) => None,
        };
        if let Some(InstanceGroup { policies, members, .. }) = group {
            let hosts = hosts_of(store, context, &members).await?;
            self.instance_group = Some(Group { policies, hosts });
        }
        if let Some(instances) = hints.get("same_host") {
            self.same_host = Some(hosts_of(store, context, instances).await?);
        }
        if let Some(instances) = hints.get("different_host") {
            self.different_host = hosts_of(store, context, instances).await?;
        }
        Ok(self)
    }
}

/// The group that `instance` is in (`InstanceGroup.get_by_instance_uuid`).
async fn group_of(
    store: &dyn Store,
    context: &RequestContext,
    instance: &str,
) -> Result<Option<InstanceGroup>, StoreError> {
    let groups = InstanceGroup::list(store, context, Query::all()).await?;
    let mut groups = groups.iter().filter(|group| group.members.iter().any(|m| m == instance));
    Ok(groups.next().map(|group| InstanceGroup::clone(group)))
}

/// Where `instances` are, as far as they are somewhere.
async fn hosts_of(
    store: &dyn Store,
    context: &RequestContext,
    instances: &[String],
) -> Result<Vec<String>, StoreError> {
    if instances.is_empty() {
        return Ok(Vec::new());
    }
    let uuids = instances.iter().map(|uuid| uuid.as_str().into());
    let query = Query::all().with_any("uuid", uuids).with("deleted", false);
    let instances = Instance::list(store, context, query).await?;
    Ok(instances.iter().filter_map(|instance| instance.host.clone()).collect())
}

/// The row; none, if there is none to be seen.
fn found<T: NovaObject>(row: Result<Tracked<T>, StoreError>) -> Result<Option<T>, StoreError> {
    match row {
        Ok(row) => Ok(Some(T::clone(&row))),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
