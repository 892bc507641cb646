//! The identity service's answers of the last minutes (`keystonemiddleware.auth_token._cache`).

use super::{
    auth_headers::{can_be_said, user_headers},
    identity::AccessInfo,
};
use http::HeaderMap;
use nova_objects::{DateTime, RemoteError, Secret};
use quick_cache::sync::Cache;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How many tokens are remembered. Beyond that, those that are used least are asked for again.
const CAPACITY: usize = 10_000;

/// A good token.
pub(super) struct Confirmed {
    /// What it gives access to.
    pub(super) access: AccessInfo,
    /// The headers that say so of a user.
    pub(super) user_headers: HeaderMap,
}

/// Whose a token is, if it is somebody's.
pub(super) type Answer = Result<Option<Arc<Confirmed>>, RemoteError>;

impl From<AccessInfo> for Confirmed {
    fn from(access: AccessInfo) -> Self {
        Self { user_headers: user_headers(&access), access }
    }
}

/// Good tokens, and whose they are. Bad ones are not remembered: whoever sends many of them would
/// fill the cache.
pub(super) struct TokenCache {
    known: Cache<Secret, Known>,
    lifetime: Duration,
}

#[derive(Clone)]
struct Known {
    answer: Answer,
    since: Instant,
}

impl TokenCache {
    /// A cache that believes an answer for `lifetime`.
    pub(super) fn new(lifetime: Duration) -> Self {
        Self { known: Cache::new(CAPACITY), lifetime }
    }

    // ANCHOR: get_or_fetch
    /// Whose `token` is, from memory or by `fetch`: of many requests that come at the same time
    /// with the same new token, one fetches, and the others share its answer.
    pub(super) async fn get_or_fetch(
        &self,
        token: &Secret,
        fetch: impl Future<Output = Result<Option<AccessInfo>, RemoteError>>,
    ) -> Answer {
        self.known.remove_if(token, |known| known.since.elapsed() >= self.lifetime);
        let answer = match self.known.get_value_or_guard_async(token).await {
            Ok(known) => known.answer,
            Err(place) => {
                let access = fetch.await.map(|access| access.filter(can_be_said));
                let answer: Answer = access.map(|access| access.map(|it| Arc::new(it.into())));
                let known = Known { answer: answer.clone(), since: Instant::now() };
                // Put there for those who wait; taken away again, if it is no good token, so that
                // nobody after them gets it.
                let _ = place.insert(known);
                if !matches!(answer, Ok(Some(_))) {
                    self.known.remove(token);
                }
                answer
            }
        };
        Ok(answer?.filter(|token| DateTime::now() < token.access.expires_at))
    }
    // ANCHOR_END: get_or_fetch
}
