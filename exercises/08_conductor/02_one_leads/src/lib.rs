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
    let query = Query::all().with("binary", "leader");
    let Some(mut seat) = Service::find(store, context, query).await? else { return Ok(false) };
    if seat.host != me && seat.is_up(DateTime::now(), PATIENCE) {
        return Ok(false);
    }
    let found = seat.as_found(&["host", "last_seen_up"]);
    (seat.host, seat.last_seen_up) = (me.into(), Some(DateTime::now()));
    match seat.save_on_match(store, context, &found).await {
        Ok(()) => Ok(true),
        
        Err(error) => Err(error),
    }
}
