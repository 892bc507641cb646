//! Controllers: who answers for a resource (`nova.api.openstack.wsgi.Controller`).

use crate::{
    ApiVersionRequest,
    extends::{BoundExtends, Extends},
    method::{BoundMethod, Method},
};
use std::{collections::BTreeMap, panic::Location, sync::Arc};

/// The methods of a controller, by action; and those with which it extends another one's.
#[derive(Clone)]
pub struct Controller {
    name: String,
    methods: Methods,
    wsgi_actions: Methods,
    extends: Extensions,
}

/// The methods of each name, the one for the newest versions first.
type Methods = BTreeMap<&'static str, Vec<Arc<BoundMethod>>>;

/// What extends the answers of each action, in the order in which it was registered.
type Extensions = BTreeMap<&'static str, Vec<Arc<BoundExtends>>>;

impl Controller {
    /// Starts a controller called `name`, whose methods share `state`.
    pub fn builder<S>(name: impl Into<String>, state: Arc<S>) -> ControllerBuilder<S> {
        let controller = Self {
            name: name.into(),
            methods: Methods::new(),
            wsgi_actions: Methods::new(),
            extends: Extensions::new(),
        };
        ControllerBuilder { state, controller }
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
        methods.first().map(|method| method.location())
    }

    /// Each of its methods, and the rule that says who may call it.
    pub fn policies(&self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        let all = self.methods.iter().chain(&self.wsgi_actions);
        all.flat_map(|(name, methods)| methods.iter().map(|method| (*name, method.rule())))
    }

    /// The actions that a body can name: `os-start`.
    pub fn wsgi_action_names(&self) -> impl Iterator<Item = &'static str> {
        self.wsgi_actions.keys().copied()
    }

    /// The actions of another controller whose answers it extends: `show`.
    pub fn extended_actions(&self) -> impl Iterator<Item = &'static str> {
        self.extends.keys().copied()
    }

    /// Takes over the actions of `other` (`Resource.register_actions`); where both have one, that
    /// of `other` answers.
    pub fn register_actions(&mut self, other: &Self) {
        for (name, methods) in &other.wsgi_actions {
            self.wsgi_actions.insert(name, methods.clone());
        }
    }

    /// Lets `other` extend the answers given here (`Resource.register_extensions`).
    pub fn register_extensions(&mut self, other: &Self) {
        for (name, extends) in &other.extends {
            self.extends.entry(name).or_default().extend(extends.iter().cloned());
        }
    }

    /// What extends the answers of `action`.
    pub(crate) fn extends(&self, action: &str) -> &[Arc<BoundExtends>] {
        self.extends.get(action).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn methods(&self, action: &str) -> Option<&[Arc<BoundMethod>]> {
        self.methods.get(action).map(Vec::as_slice)
    }

    pub(crate) fn wsgi_actions(&self, name: &str) -> Option<&[Arc<BoundMethod>]> {
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

    /// `@wsgi.extends`: adds to what another controller answers for `action`, `show` or
    /// `rebuild`. The other one is that of the collection for which this controller is registered.
    #[must_use]
    pub fn extends(mut self, action: &'static str, extends: Extends<S>) -> Self {
        let all = self.controller.extends.entry(action).or_default();
        all.push(Arc::new(extends.bind(Arc::clone(&self.state))));
        self
    }

    /// The controller.
    pub fn build(self) -> Controller {
        self.controller
    }
}

fn add(methods: &mut Vec<Arc<BoundMethod>>, method: BoundMethod) {
    methods.push(Arc::new(method));
    methods.sort_by_key(|method| std::cmp::Reverse(method.start_version()));
}

/// The method for requests of `version` (`version_select`).
pub(crate) fn version_select(
    methods: &[Arc<BoundMethod>],
    version: Option<ApiVersionRequest>,
) -> Option<&Arc<BoundMethod>> {
    methods.iter().find(|method| method.matches(version))
}
