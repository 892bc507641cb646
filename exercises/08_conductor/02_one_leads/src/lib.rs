//! A method of the conductor that says who leads.

use mini_nova::installed::Surroundings;
use nova_objects::{DateTime, NovaObject, Query, RequestContext, Service, Store, StoreError};
use nova_rpc::{Endpoint, RpcServer};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where its method is found: beside Nova's own, and not among them.
pub const NAMESPACE: &str = "workshop";

/// After so many seconds of silence the seat is free.
pub const PATIENCE: f64 = 10.0;

/// Who keeps the seat.
struct Chair {
    store: Arc<dyn Store>,
}

/// The arguments of `lead`.
#[derive(Debug, Serialize, Deserialize)]
pub struct LeadArgs {
    /// Who asks.
    pub me: String,
}

/// Adds the method to a conductor's server.
pub fn offer(server: RpcServer, surroundings: &Surroundings<'_>) -> RpcServer {
    let manager = Arc::new(Chair { store: Arc::clone(surroundings.store) });
    server.endpoint(Endpoint::new(manager, "1.0").namespace(NAMESPACE).method("lead", Chair::lead))
}

impl Chair {
    async fn lead(
        self: Arc<Self>,
        context: RequestContext,
        LeadArgs { me }: LeadArgs,
    ) -> Result<bool, StoreError> {
        lead(&*self.store, &context, &me).await
    }
}

/// Takes the seat for `me`, unless somebody else holds it who was seen within [`PATIENCE`].
///
/// # Errors
///
/// The store is out of reach. That the seat is taken is no error.
pub async fn lead(
    store: &dyn Store,
    context: &RequestContext,
    me: &str,
) -> Result<bool, StoreError> {
    // So far it looks at the seat, and nobody sits down.
    let query = Query::all().with("binary", "leader");
    let seat = Service::find(store, context, query).await?;
    Ok(seat.is_some_and(|seat| seat.host == me))
}
