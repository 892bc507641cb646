//! Instances that ran at some time (`nova/objects/instance.py` `get_active_by_window_joined`).

use super::API;
use nova_objects::{DateTime, Instance, NovaObject, Query, RequestContext, StoreError, Tracked};

impl API {
    /// The instances that ran between `start` and `end`, of one project or of all; those that are
    /// gone by now too.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn get_active_by_window(
        &self,
        context: &RequestContext,
        (start, end): (DateTime, DateTime),
        project_id: Option<&str>,
    ) -> Result<Vec<Tracked<Instance>>, StoreError> {
        let query = Query::all().ascending("project_id").ascending("uuid");
        let query = project_id.into_iter().fold(query, |query, id| query.with("project_id", id));
        let deleted_too = context.reading_deleted();
        let mut instances = Instance::list(&*self.store, &deleted_too, query).await?;
        instances.retain(|instance| {
            instance.launched_at.is_some_and(|launched| launched < end)
                && instance.terminated_at.is_none_or(|terminated| terminated > start)
        });
        Ok(instances)
    }
}
