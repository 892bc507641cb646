//! A method of the conductor that gives up a build.

use mini_nova::installed::Surroundings;
use nova_objects::{Instance, NovaObject, Query, RequestContext, Store, StoreError, VmState};
use nova_rpc::{Endpoint, RpcServer};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where its method is found: beside Nova's own, and not among them.
pub const NAMESPACE: &str = "workshop";

/// What somebody gives up.
pub struct GiveUp {
    store: Arc<dyn Store>,
}

/// The arguments of `give_up`.
#[derive(Debug, Serialize, Deserialize)]
pub struct GiveUpArgs {
    /// Which server.
    pub instance_uuid: String,
}

/// Adds the method to a conductor's server.
pub fn offer(server: RpcServer, surroundings: &Surroundings<'_>) -> RpcServer {
    let manager = Arc::new(GiveUp::new(Arc::clone(surroundings.store)));
    server.endpoint(
        Endpoint::new(manager, "1.0").namespace(NAMESPACE).method("give_up", GiveUp::give_up),
    )
}

impl GiveUp {
    /// Gives up what is in `store`.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Puts a server into ERROR that is still being built, and no other.
    ///
    /// # Errors
    ///
    /// It is not being built, or there is no such server.
    pub async fn give_up(
        self: Arc<Self>,
        context: RequestContext,
        GiveUpArgs { instance_uuid: uuid }: GiveUpArgs,
    ) -> Result<(), StoreError> {
        // So far it looks whether there is such a server, and leaves it alone.
        Instance::get(&*self.store, &context, &uuid).await.map(drop)
    }
}
