//! Finding instances (`API.get`, `API.get_all`).

use super::API;
use nova_objects::{Instance, NovaObject, Query, RequestContext, StoreError, Tracked, VmState};

/// Which instances are looked for.
#[derive(Default)]
pub struct SearchOpts {
    /// What a store can compare, and the page that is wanted.
    pub query: Query,
    /// Is the search to find deleted instances too?
    pub read_deleted: bool,
    /// What a store cannot compare: all of it has to be so.
    pub filters: Vec<Filter>,
}

/// Something that an instance has to be, or have.
pub type Filter = Box<dyn Fn(&Instance) -> bool + Send + Sync>;

impl API {
    /// The instance `uuid`.
    ///
    /// # Errors
    ///
    /// There is none, or it is not for this context to see.
    pub async fn get(
        &self,
        context: &RequestContext,
        uuid: &str,
    ) -> Result<Tracked<Instance>, StoreError> {
        Instance::get(&*self.store, context, uuid).await
    }

    /// The instances that are looked for.
    ///
    /// # Errors
    ///
    /// The query's marker is none of them, or the store is out of reach.
    pub async fn get_all(
        &self,
        context: &RequestContext,
        search_opts: SearchOpts,
    ) -> Result<Vec<Tracked<Instance>>, StoreError> {
        let SearchOpts { query, read_deleted, filters } = search_opts;
        let names_states = query.filters.contains_key("vm_state");
        let query = if read_deleted || names_states { query } else { not_put_away(query) };
        let deleted_too = read_deleted.then(|| context.reading_deleted());
        let context = deleted_too.as_ref().unwrap_or(context);
        if filters.is_empty() {
            return Instance::list(&*self.store, context, query).await;
        }
        // A store compares, it does not match: so the page is cut here.
        let limit = query.limit.unwrap_or(usize::MAX);
        let unlimited = Query { limit: None, ..query };
        let mut instances = Instance::list(&*self.store, context, unlimited).await?;
        instances.retain(|instance| filters.iter().all(|filter| filter(instance)));
        instances.truncate(limit);
        Ok(instances)
    }
}

/// Only instances that nobody has deleted, not even softly.
fn not_put_away(query: Query) -> Query {
    use VmState::*;
    let others = [
        Building,
        Active,
        Paused,
        Suspended,
        Stopped,
        Rescued,
        Resized,
        Deleted,
        Error,
        Shelved,
        ShelvedOffloaded,
    ];
    query.with_any("vm_state", others.map(|state| state.as_str().into()))
}
