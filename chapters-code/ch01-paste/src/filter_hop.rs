//! The seam of the filters: whoever calls a filter passes through a hop.

use crate::{App, Application, Filter, Raised, Request, Response};
use async_trait::async_trait;
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

#[async_trait]
impl Application for FilterHop {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        let hop = hop!(Kind::Filter, self.name, at = self.location);
        self.app.call(request).instrument(hop).await
    }
}
