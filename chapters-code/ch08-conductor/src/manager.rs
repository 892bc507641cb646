//! The conductor (`nova/conductor/manager.py`).

use crate::host_store::HostStore;
use nova_objects::{Primitive, RequestContext, Store, StoreError};
use nova_rpc::{
    Action, ClassAction, Endpoint, ObjectAction, ObjectActionReply, ObjectClassAction, Sender,
    object_class_action::list_of, rpcapi,
};
use std::sync::Arc;

/// Does for the compute services what only those with a database can do.
///
/// It runs methods of objects, and no others: who reaches it can read and write rows, as the
/// context of the message allows, but cannot send a statement of its own. Who says on which host
/// it is, as our compute services do, can write only what is that host's. That guards against
/// mistakes, not against malice: nothing proves what a message says.
pub struct ConductorManager {
    store: Arc<dyn Store>,
}

impl ConductorManager {
    /// A conductor in front of `store`.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// What a server on the topic [`conductor`](rpcapi::conductor::TOPIC) offers.
    pub fn endpoint(self: Arc<Self>) -> Endpoint<Self> {
        Endpoint::new(self, rpcapi::conductor::VERSION)
            .method("object_action", Self::object_action)
            .method("object_class_action_versions", Self::object_class_action_versions)
    }

    /// Runs a method of one object, and gives the fields that are not as they were sent.
    ///
    /// # Errors
    ///
    /// The class has no such method; or the row is not for the sender to change; or the store's
    /// own.
    // ANCHOR: object_action
    pub async fn object_action(
        self: Arc<Self>,
        Sender { context, host }: Sender,
        action: ObjectAction,
    ) -> Result<ObjectActionReply, StoreError> {
        let of_host = host.as_deref().map(|host| HostStore { store: &*self.store, host });
        let store = of_host.as_ref().map_or(&*self.store, |store| store as &dyn Store);
        let class = &action.objinst.name;
        let row = match action.action()? {
            Action::Create(fields) => store.create(&context, class, fields).await?,
            Action::Save { key, changes, expected } => {
                store.save(&context, class, &key, changes, &expected).await?
            }
            Action::Destroy(key) => {
                store.destroy(&context, class, &key).await?;
                action.objinst.data.clone()
            }
        };
        Ok(action.reply(row))
    }
    // ANCHOR_END: object_action

    /// Runs a method of a class, and gives the object, or the list of objects, that it finds.
    ///
    /// # Errors
    ///
    /// The class has no such method, or the store's own.
    pub async fn object_class_action_versions(
        self: Arc<Self>,
        context: RequestContext,
        action: ObjectClassAction,
    ) -> Result<Primitive, StoreError> {
        match action.action()? {
            ClassAction::Get(class, key) => {
                let row = self.store.get(&context, class.name, &key).await?;
                Ok(Primitive::new(class, row))
            }
            ClassAction::List(class, query) => {
                Ok(list_of(class, self.store.list(&context, class.name, &query).await?)?)
            }
        }
    }
}
