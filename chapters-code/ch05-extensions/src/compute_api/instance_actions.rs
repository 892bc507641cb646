//! What was done to an instance (`nova/compute/api.py` `InstanceActionAPI`).

use super::API;
use nova_objects::{
    Instance, InstanceAction, InstanceActionEvent, NovaObject, Query, RequestContext, StoreError,
    Tracked,
};

/// Who may see the instance may see who did what to it, administrators' doings too: so these look
/// with an administrator's eyes.
impl API {
    /// What was done to `instance`, the newest first (`actions_get`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn actions_get(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<Vec<Tracked<InstanceAction>>, StoreError> {
        let of_instance = Query::all().with("instance_uuid", instance.uuid.as_str());
        let newest_first = of_instance.descending("id");
        InstanceAction::list(&*self.store, &context.elevated(), newest_first).await
    }

    /// What the request `request_id` did to `instance`, if anything.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn action_get_by_request_id(
        &self,
        context: &RequestContext,
        instance: &Instance,
        request_id: &str,
    ) -> Result<Option<Tracked<InstanceAction>>, StoreError> {
        let action = of_request(&instance.uuid, request_id);
        InstanceAction::find(&*self.store, &context.elevated(), action).await
    }

    /// The steps of `action`, the newest first (`action_events_get`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn action_events_get(
        &self,
        context: &RequestContext,
        action: &InstanceAction,
    ) -> Result<Vec<Tracked<InstanceActionEvent>>, StoreError> {
        let events = of_request(&action.instance_uuid, &action.request_id).descending("id");
        InstanceActionEvent::list(&*self.store, &context.elevated(), events).await
    }
}

fn of_request(instance_uuid: &str, request_id: &str) -> Query {
    Query::all().with("instance_uuid", instance_uuid).with("request_id", request_id)
}
