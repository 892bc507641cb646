//! The conductor from outside (`nova/conductor/rpcapi.py`): the [`Store`] of those who may not
//! have a database.

use crate::{
    ObjectAction, ObjectActionReply, ObjectClassAction, RpcClient, Target, Transport,
    object_class_action::rows_of,
};
use async_trait::async_trait;
use nova_objects::{
    Fields, Filters, Primitive, Query, RemoteError, RequestContext, Store, StoreError,
};
use std::{sync::Arc, time::Duration};

/// The topic on which the conductors listen.
pub const TOPIC: &str = "conductor";

/// The version of their methods.
pub const VERSION: &str = "3.0";

/// How long one of the first attempts to reach a conductor takes.
const EARLY_TIMEOUT: Duration = Duration::from_secs(2);

/// Any conductor. It writes and reads the rows for us.
pub struct ConductorAPI {
    client: RpcClient,
}

impl ConductorAPI {
    /// The conductors on `transport`, asked on behalf of the compute service on `host`: they let
    /// it change what is its own, and nothing else.
    pub fn new(transport: Arc<dyn Transport>, host: &str) -> Self {
        Self::over(RpcClient::new(transport, Target::topic(TOPIC)).on_behalf_of(host))
    }

    /// Those that `client` reaches: on another topic, with another patience, on nobody's behalf.
    pub fn over(client: RpcClient) -> Self {
        Self { client: client.version(VERSION) }
    }

    /// Waits until a conductor answers: who starts before it would otherwise lose the first
    /// message, for there is no queue yet to keep it (`nova/conductor/api.py`).
    ///
    /// # Errors
    ///
    /// A conductor answers with an error.
    pub async fn wait_until_ready(&self) -> Result<(), RemoteError> {
        let ping = self.client.prepare().timeout(EARLY_TIMEOUT);
        let action = ObjectClassAction::list("Service", &Query::all().limit(1))
            .map_err(|error| RemoteError::from_exception(&error))?;
        loop {
            let context = RequestContext::admin();
            let answer =
                ping.call::<_, Primitive>(&context, "object_class_action_versions", &action);
            match answer.await {
                Err(error) if error.class == "MessagingTimeout" => tracing::warn!(
                    "Timed out waiting for nova-conductor. Is it running? Or did this service \
                     start before nova-conductor? Reattempting establishment of nova-conductor \
                     connection..."
                ),
                answer => return answer.map(drop),
            }
        }
    }

    /// Has a method of one object run, and gives the object's fields as they are then.
    // ANCHOR: object_action
    async fn object_action(
        &self,
        context: &RequestContext,
        action: ObjectAction,
    ) -> Result<Fields, StoreError> {
        let client = self.client.prepare().outcome(action.to_string());
        let reply = client.call(context, "object_action", &action).await;
        let reply: ObjectActionReply = reply.map_err(store_error)?;
        Ok(action.row(reply))
    }
    // ANCHOR_END: object_action

    /// Has a method of a class run, and gives the object, or the list of objects, that it found.
    async fn object_class_action(
        &self,
        context: &RequestContext,
        action: ObjectClassAction,
    ) -> Result<Primitive, StoreError> {
        let client = self.client.prepare().outcome(action.to_string());
        client.call(context, "object_class_action_versions", &action).await.map_err(store_error)
    }
}

#[async_trait]
impl Store for ConductorAPI {
    async fn create(
        &self,
        context: &RequestContext,
        class: &str,
        fields: Fields,
    ) -> Result<Fields, StoreError> {
        self.object_action(context, ObjectAction::create(class, fields)?).await
    }

    async fn get(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<Fields, StoreError> {
        let found = self.object_class_action(context, ObjectClassAction::get(class, key)?).await?;
        Ok(found.data)
    }

    async fn list(
        &self,
        context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError> {
        let action = ObjectClassAction::list(class, query)?;
        rows_of(self.object_class_action(context, action).await?)
    }

    async fn save(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
        changes: Fields,
        expected: &Filters,
    ) -> Result<Fields, StoreError> {
        self.object_action(context, ObjectAction::save(class, key, changes, expected.clone())?)
            .await
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        class: &str,
        key: &str,
    ) -> Result<(), StoreError> {
        self.object_action(context, ObjectAction::destroy(class, key)?).await.map(drop)
    }
}

/// A conductor out of reach is to its clients what a database out of reach is to it.
fn store_error(remote: RemoteError) -> StoreError {
    if remote.module == "oslo_messaging.exceptions" {
        StoreError::Unavailable(remote.message)
    } else {
        StoreError::from_remote(remote)
    }
}
