//! The seam of the filters: whoever calls a filter passes through a hop.

use crate::{App, Application, Filter, Raised, Request, Response};
use futures_util::future::BoxFuture;
use nova_objects::{hop, hop::Kind};
use std::{panic::Location, sync::Arc};
use tracing::Instrument;

/// A filter's app, with a hop around each call.
///
/// The loader puts it there, so that no filter has to think of it, and none can forget it.
pub(crate) struct FilterHop {
    app: App,
    name: Arc<str>,
    location: &'static Location<'static>,
}

impl FilterHop {
    /// `filter`, whose hops are called `name` and point to `location`.
    pub(crate) fn around(
        filter: Filter,
        name: &str,
        location: &'static Location<'static>,
    ) -> Filter {
        let name = Arc::from(name);
        Box::new(move |app| Arc::new(Self { app: filter(app), name, location }))
    }
}

// ANCHOR: hop
impl Application for FilterHop {
    /// Written out, as `async_trait` would not: where nobody watches, the filter's own future goes
    /// out as it is, and the seam costs next to nothing.
    fn call<'s, 'f>(&'s self, request: Request) -> BoxFuture<'f, Result<Response, Raised>>
    where
        's: 'f,
        Self: 'f,
    {
        let hop = hop!(Kind::Filter, self.name, at = self.location);
        let answer = self.app.call(request);
        if hop.is_disabled() { answer } else { Box::pin(answer.instrument(hop)) }
    }
}
// ANCHOR_END: hop
