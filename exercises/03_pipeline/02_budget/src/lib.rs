//! A filter that gives each project a number of requests, and more of them later.

use async_trait::async_trait;
use http::header;
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use nova_pipeline::Fault;
use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// What this package offers to a paste file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] =
    &[EntryPoint::filter("workshop.budget:Budget.factory", factory)];

/// The app behind the filter, what the section has said, and who has sent how much.
pub struct Budget {
    application: App,
    requests: u32,
    seconds: Duration,
    /// By project. Who has none shares with all others who have none.
    windows: Mutex<HashMap<Option<String>, Window>>,
}

/// A project's requests since the first of them.
struct Window {
    since: Instant,
    requests: u32,
}

/// Makes the filter of what its section says: `requests` in `seconds`.
pub fn factory(
    _loader: &Loader<'_>,
    _global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<Filter, PasteError> {
    let number = |key| {
        let text = local_conf.get(key).ok_or_else(|| PasteError::key_error(key))?;
        let wrong = |_| PasteError::value_error(format!("{key} = {text} is no number above 0"));
        text.parse().map(NonZeroU32::get).map_err(wrong)
    };
    let (requests, seconds) = (number("requests")?, number("seconds")?);
    let seconds = Duration::from_secs(seconds.into());
    Ok(Box::new(move |application| Arc::new(Budget::new(application, requests, seconds))))
}

impl Budget {
    /// In front of `application`, a project may send `requests` in so many seconds.
    pub fn new(application: App, requests: u32, seconds: Duration) -> Self {
        Self { application, requests, seconds, windows: Mutex::default() }
    }

    /// Spends one request of the project's budget. If there is none left: how many seconds, rounded
    /// up, are there to wait?
    pub fn spend(&self, project: Option<String>, now: Instant) -> Result<(), u64> {
        // So far everybody has more than enough.
        Ok(())
    }
}

#[async_trait]
impl Application for Budget {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        // Whose budget is it, and what does who has none left get?
        self.application.call(request).await
    }
}
