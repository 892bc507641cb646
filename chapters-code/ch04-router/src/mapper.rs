//! The list of routes (`routes.Mapper`, with what `nova.api.openstack.APIMapper` adds).

use crate::{MapperError, Redirect, Resource, ResourceOptions, Route, RouteMap};
use std::sync::Arc;

/// Routes in the order in which they are tried: the first that fits wins.
#[derive(Clone, Default)]
pub struct Mapper {
    routes: Vec<Route>,
}

/// A [`Mapper`] that knows no projects: for an API whose URLs do not name one.
pub type PlainMapper = Mapper;

impl Mapper {
    /// Adds a route behind those there are.
    ///
    /// Unless the route says otherwise, a `format` is `json` or `xml`: a name may have dots.
    pub fn connect(&mut self, route: Route) {
        self.routes.push(route.requirement("format", "json|xml"));
    }

    /// Sends clients who ask for `path` elsewhere.
    pub fn redirect(&mut self, path: &str, elsewhere: impl Into<Redirect>) {
        self.connect(Route::redirect(path, elsewhere));
    }

    /// Adds the routes of a collection and its members, as [`ResourceOptions`] says.
    pub fn resource(
        &mut self,
        member: &str,
        collection: &str,
        resource: &Arc<Resource>,
        options: &ResourceOptions,
    ) {
        for route in options.routes(member, collection, resource) {
            self.connect(route);
        }
    }

    /// The routes, in the order in which they are tried.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Makes the routes ready for finding.
    ///
    /// # Errors
    ///
    /// See [`MapperError`].
    pub fn create_regs(self) -> Result<RouteMap, MapperError> {
        RouteMap::new(self.routes)
    }
}
