//! How much of everything a project may have (`nova/quota.py` `QuotaEngine`, `DbQuotaDriver`).
//!
//! A limit is looked for in three places: the row of the user in the project, the row of the
//! project, the configuration. What is in use is counted, in the rows of what is used: nothing has
//! to be reserved, and nothing can be forgotten. So it is since Pike; Mitaka keeps the sums in a
//! table of their own, and reservations in another.

mod error;
mod growth;
mod instances;
mod options;
mod resource;
mod server;
mod server_groups;
mod settable;
mod usage;

pub use error::QuotaError;
pub use options::Options as QuotaOptions;
pub use resource::{QuotaResource, RESOURCES};

use nova_objects::{
    NovaObject, Plugs, Query, Quota, RequestContext, Store, StoreError, Tracked, Unplugged,
};
use std::{collections::HashMap, sync::Arc};

/// An amount for each resource, by its name.
pub type Amounts = HashMap<&'static str, i64>;

/// The quotas: what is allowed, and what is in use.
#[derive(Clone)]
pub struct QuotaEngine {
    store: Arc<dyn Store>,
    options: QuotaOptions,
}

/// Whose quotas: those of a project, or of one of its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner<'o> {
    /// The project.
    pub project_id: &'o str,
    /// The user.
    pub user_id: Option<&'o str>,
}

impl<'o> Owner<'o> {
    /// The project as a whole.
    pub fn project(project_id: &'o str) -> Self {
        Self { project_id, user_id: None }
    }

    /// Who asks, as a user of the project.
    pub fn of(context: &'o RequestContext) -> Self {
        let project_id = context.project_id.as_deref().unwrap_or_default();
        Self { project_id, user_id: context.user_id.as_deref() }
    }
}

/// What a user of a project is allowed: no more than the project, and no more than the user; -1
/// means no limit.
pub struct Limits {
    project: Amounts,
    user: Amounts,
}

impl Limits {
    /// How much of `resource`; -1 means no limit.
    pub fn get(&self, resource: &'static str) -> i64 {
        let limit = |limits: &Amounts| limits.get(resource).copied().unwrap_or(-1);
        finite(limit(&self.project), limit(&self.user)).unwrap_or(-1)
    }

    /// Is there no limit to instances, whatever they take? Then nobody has to count them.
    fn no_limit_to_instances(&self) -> bool {
        ["cores", "instances", "ram"].into_iter().all(|resource| self.get(resource) < 0)
    }
}

impl QuotaEngine {
    /// The quotas whose rows are in the plugged store.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn new(plugs: &Plugs) -> Result<Self, Unplugged> {
        Ok(Self { store: plugs.get()?, options: plugs.get_or_default() })
    }

    /// What the configuration allows everybody (`get_defaults`).
    pub fn defaults(&self) -> Amounts {
        RESOURCES
            .iter()
            .map(|resource| (resource.name, (resource.default)(&self.options)))
            .collect()
    }

    /// What `owner` is allowed (`get_project_quotas`, `get_user_quotas`); -1 means no limit.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn limits(
        &self,
        context: &RequestContext,
        owner: Owner<'_>,
    ) -> Result<Amounts, StoreError> {
        let rows = self.rows(context, owner.project_id).await?;
        Ok(limits(self.defaults(), &rows, owner.user_id))
    }

    /// What who asks is allowed.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn limits_of(&self, context: &RequestContext) -> Result<Limits, StoreError> {
        let Owner { project_id, user_id } = Owner::of(context);
        let rows = self.rows(context, project_id).await?;
        let of = |user_id| limits(self.defaults(), &rows, user_id);
        Ok(Limits { project: of(None), user: of(user_id) })
    }

    /// All rows of limits within a project, its users' too.
    async fn rows(
        &self,
        context: &RequestContext,
        project_id: &str,
    ) -> Result<Vec<Tracked<Quota>>, StoreError> {
        let query = Query::all().with("project_id", project_id);
        Quota::list(&*self.store, &context.elevated(), query).await
    }
}

/// `defaults`, changed by the rows of a project, and then by those of a user in it.
fn limits(mut defaults: Amounts, rows: &[Tracked<Quota>], user_id: Option<&str>) -> Amounts {
    let of_project = rows.iter().filter(|row| row.user_id.is_none());
    let of_user =
        rows.iter().filter(|row| row.user_id.is_some() && row.user_id.as_deref() == user_id);
    for row in of_project.chain(of_user) {
        if let Some(limit) = defaults.get_mut(row.resource.as_str()) {
            *limit = row.hard_limit;
        }
    }
    defaults
}

/// The smaller of two limits; `None` if neither is one.
fn finite(one: i64, other: i64) -> Option<i64> {
    [one, other].into_iter().filter(|limit| *limit >= 0).min()
}
