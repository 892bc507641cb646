//! What an operator reads of an operation afterwards (`nova/compute/utils.py` `EventReporter`).

use crate::ComputeError;
use nova_objects::{
    DateTime, Instance, InstanceAction, InstanceActionEvent, NovaException, NovaObject, Query,
    RequestContext, Store, StoreError, Tracked,
};

/// One step of an action, between its start and its finish.
pub(crate) struct EventReporter {
    event: Tracked<InstanceActionEvent>,
}

impl EventReporter {
    /// The step `event` begins on `host`.
    pub(crate) async fn start(
        store: &dyn Store,
        context: &RequestContext,
        instance: &Instance,
        event: &str,
        host: &str,
    ) -> Result<Self, StoreError> {
        let event = InstanceActionEvent::start(context, instance, event, host);
        Ok(Self { event: event.create(store, context).await? })
    }

    /// The step has ended, like this. An event that failed marks its action too.
    pub(crate) async fn finish(
        &mut self,
        store: &dyn Store,
        context: &RequestContext,
        result: &Result<(), ComputeError>,
    ) -> Result<(), StoreError> {
        self.event.finish_time = Some(DateTime::now());
        self.event.result = Some(if result.is_ok() { "Success" } else { "Error" }.into());
        if let Err(error) = result {
            let traceback = format!("{}.{}: {error}", error.module(), error.class());
            self.event.traceback = Some(traceback);
            self.mark_action(store, context).await?;
        }
        self.event.save(store, context).await
    }

    async fn mark_action(
        &self,
        store: &dyn Store,
        context: &RequestContext,
    ) -> Result<(), StoreError> {
        let query = Query::all()
            .with("instance_uuid", self.event.instance_uuid.as_str())
            .with("request_id", self.event.request_id.as_str());
        if let Some(mut action) = InstanceAction::find(store, context, query).await? {
            action.message = Some("Error".into());
            action.save(store, context).await?;
        }
        Ok(())
    }
}
