//! Controllers: who answers for a resource (`nova.api.openstack.wsgi.Controller`).

use crate::{
    ApiVersionRequest,
    method::{BoundMethod, Method},
};
use std::{collections::BTreeMap, panic::Location, sync::Arc};

/// The methods of a controller, by action.
pub struct Controller {
    name: String,
    methods: Methods,
    wsgi_actions: Methods,
}

/// The methods of each name, the one for the newest versions first.
type Methods = BTreeMap<&'static str, Vec<BoundMethod>>;

impl Controller {
    /// Starts a controller called `name`, whose methods share `state`.
    pub fn builder<S>(name: impl Into<String>, state: Arc<S>) -> ControllerBuilder<S> {
        let (methods, wsgi_actions) = (Methods::new(), Methods::new());
        ControllerBuilder { state, controller: Self { name: name.into(), methods, wsgi_actions } }
    }

    /// Its name, as routes and traces show it: `ServersController`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where `action` is listed; `None` if there is no such action. The action `action` is as
    /// many as bodies can name: it is where the first of them is.
    pub fn location(&self, action: &str) -> Option<&'static Location<'static>> {
        let named = || self.wsgi_actions.values().next().filter(|_| action == "action");
        let methods = self.methods(action).or_else(|| self.wsgi_actions(action));
        let methods = methods.or_else(|| named().map(Vec::as_slice))?;
        methods.first().map(BoundMethod::location)
    }

    pub(crate) fn methods(&self, action: &str) -> Option<&[BoundMethod]> {
        self.methods.get(action).map(Vec::as_slice)
    }

    pub(crate) fn wsgi_actions(&self, name: &str) -> Option<&[BoundMethod]> {
        self.wsgi_actions.get(name).map(Vec::as_slice)
    }

    pub(crate) fn has_wsgi_actions(&self) -> bool {
        !self.wsgi_actions.is_empty()
    }
}

/// A [`Controller`] while its methods are listed.
pub struct ControllerBuilder<S> {
    state: Arc<S>,
    controller: Controller,
}

impl<S: Send + Sync + 'static> ControllerBuilder<S> {
    /// Adds the method for an action that a route names: `index`, `show`.
    #[must_use]
    pub fn action(mut self, name: &'static str, method: Method<S>) -> Self {
        let methods = self.controller.methods.entry(name).or_default();
        add(methods, method.bind(Arc::clone(&self.state)));
        self
    }

    /// `@wsgi.action(name)`: adds the method for an action that the body of a `POST .../action`
    /// names: `os-start`. It also stands in for `create`, `show`, `update` and `delete` where
    /// the controller has no such method.
    #[must_use]
    pub fn wsgi_action(mut self, name: &'static str, method: Method<S>) -> Self {
        let methods = self.controller.wsgi_actions.entry(name).or_default();
        add(methods, method.bind(Arc::clone(&self.state)));
        self
    }

    /// The controller.
    pub fn build(self) -> Controller {
        self.controller
    }
}

fn add(methods: &mut Vec<BoundMethod>, method: BoundMethod) {
    methods.push(method);
    methods.sort_by_key(|method| std::cmp::Reverse(method.start_version()));
}

/// The method for requests of `version` (`version_select`).
pub(crate) fn version_select(
    methods: &[BoundMethod],
    version: Option<ApiVersionRequest>,
) -> Option<&BoundMethod> {
    methods.iter().find(|method| method.matches(version))
}
