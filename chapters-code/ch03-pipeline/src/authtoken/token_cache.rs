//! The identity service's answers of the last minutes (`keystonemiddleware.auth_token._cache`).

use super::identity::AccessInfo;
use nova_objects::{DateTime, Secret};
use quick_cache::sync::Cache;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How many tokens are remembered. Beyond that, those that are used least are asked for again.
const CAPACITY: usize = 10_000;

/// Good tokens, and whose they are. Bad ones are not remembered: whoever sends many of them would
/// fill the cache.
pub(super) struct TokenCache {
    known: Cache<Secret, Known>,
    time: Duration,
}

#[derive(Clone)]
struct Known {
    access: Arc<AccessInfo>,
    since: Instant,
}

impl TokenCache {
    /// A cache that believes an answer for `time`.
    pub(super) fn new(time: Duration) -> Self {
        Self { known: Cache::new(CAPACITY), time }
    }

    // ANCHOR: get_or_fetch
    /// Whose `token` is, from memory or by `fetch`: of many requests that come at the same time
    /// with the same new token, one fetches and the others wait for it.
    pub(super) async fn get_or_fetch<E>(
        &self,
        token: &Secret,
        fetch: impl Future<Output = Result<Option<AccessInfo>, E>>,
    ) -> Result<Option<Arc<AccessInfo>>, E> {
        self.known.remove_if(token, |known| known.since.elapsed() >= self.time);
        let access = match self.known.get_value_or_guard_async(token).await {
            Ok(known) => known.access,
            Err(place) => {
                let Some(access) = fetch.await?.map(Arc::new) else { return Ok(None) };
                let known = Known { access: Arc::clone(&access), since: Instant::now() };
                // Whoever took the place in the meantime knows the same.
                let _ = place.insert(known);
                access
            }
        };
        Ok(Some(access).filter(|access| DateTime::now() < access.expires_at))
    }
    // ANCHOR_END: get_or_fetch
}
