//! A route (`routes/route.py` `Route`).

use crate::{
    Args, MapperError, Redirect, Resource,
    path::{Part, Requirements, parse},
};
use std::{panic::Location, sync::Arc};

/// A path, what else has to be so, and where it leads.
///
/// ```
/// # use nova_router::{Controller, Resource, Route};
/// # use std::sync::Arc;
/// # let metadata = Arc::new(Resource::new(Controller::builder("Metadata", ().into()).build()));
/// let route = Route::new("/servers/{server_id}/metadata", &metadata)
///     .action("update_all")
///     .method("PUT");
/// ```
#[derive(Clone)]
pub struct Route {
    pub(crate) path: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) requirements: Requirements,
    name: Option<String>,
    methods: Option<Vec<String>>,
    pub(crate) defaults: Args,
    leads_to: LeadsTo,
}

/// Where a route leads.
#[derive(Clone)]
pub enum LeadsTo {
    /// To an action of a resource.
    Resource(Arc<Resource>),
    /// To another URL.
    Redirect(Redirect),
}

impl Route {
    /// A route to a resource. Without an [`action`](Self::action), the path has a variable of
    /// that name.
    pub fn new(path: impl Into<String>, resource: &Arc<Resource>) -> Self {
        Self::to(path.into(), LeadsTo::Resource(Arc::clone(resource)))
    }

    /// A route that sends clients elsewhere.
    pub fn redirect(path: impl Into<String>, elsewhere: impl Into<Redirect>) -> Self {
        Self::to(path.into(), LeadsTo::Redirect(elsewhere.into()))
    }

    fn to(path: String, leads_to: LeadsTo) -> Self {
        let mut requirements = Requirements::new();
        let parts = parse(&path, &mut requirements);
        let (name, methods, defaults) = (None, None, Args::new());
        Self { path, parts, requirements, name, methods, defaults, leads_to }
    }

    /// Its name, by which Routes makes URLs.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The action it leads to.
    #[must_use]
    pub fn action(self, action: impl Into<String>) -> Self {
        self.default("action", action)
    }

    /// A variable that is not in the path.
    #[must_use]
    pub fn default(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.defaults.insert(name.into(), value.into());
        self
    }

    /// Only for this HTTP method, besides those named before.
    #[must_use]
    pub fn method(self, method: impl Into<String>) -> Self {
        self.methods([method.into()])
    }

    /// Only for these HTTP methods, besides those named before. None at all means never.
    #[must_use]
    pub fn methods(mut self, methods: impl IntoIterator<Item = String>) -> Self {
        self.methods.get_or_insert_default().extend(methods);
        self
    }

    /// Only if the variable `name` looks like the regular expression `requirement`.
    #[must_use]
    pub fn requirement(mut self, name: impl Into<String>, requirement: impl Into<String>) -> Self {
        self.requirements.entry(name.into()).or_insert(requirement.into());
        self
    }

    /// The path, as it was written: `/servers/:(id)`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path as people write it, without the project: `/servers/{id}`.
    pub fn template(&self) -> String {
        let text = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            Part::Variable { name, .. } => format!("{{{name}}}"),
        };
        let path: String = self.parts.iter().map(text).collect();
        path.strip_prefix("/{project_id}").map(str::to_owned).unwrap_or(path)
    }

    /// Its name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The HTTP methods it is for; `None` is all of them.
    pub fn allowed_methods(&self) -> Option<&[String]> {
        self.methods.as_deref()
    }

    /// What its variables have to look like.
    pub fn requirements(&self) -> &Requirements {
        &self.requirements
    }

    /// Where it leads.
    pub fn leads_to(&self) -> &LeadsTo {
        &self.leads_to
    }

    /// The name of the controller it leads to; `None` if it sends clients elsewhere.
    pub fn controller(&self) -> Option<&str> {
        match &self.leads_to {
            LeadsTo::Resource(resource) => Some(resource.name()),
            LeadsTo::Redirect(_) => None,
        }
    }

    /// The action it leads to; `None` if the path says it.
    pub fn action_name(&self) -> Option<&str> {
        self.defaults.get("action").map(String::as_str)
    }

    /// Where the action is defined; `None` if the controller has no such action.
    pub fn location(&self) -> Option<&'static Location<'static>> {
        match (&self.leads_to, self.action_name()) {
            (LeadsTo::Resource(resource), Some(action)) => resource.location(action),
            _ => None,
        }
    }

    /// Does it have what its destination asks of it?
    ///
    /// # Errors
    ///
    /// It redirects to a variable that it does not have.
    pub(crate) fn check(&self) -> Result<(), MapperError> {
        let LeadsTo::Redirect(elsewhere) = &self.leads_to else { return Ok(()) };
        let mut wanted = elsewhere.variables();
        let Some(variable) = wanted.find(|name| !self.has(name)) else { return Ok(()) };
        Err(MapperError::Destination { path: self.path.clone(), variable: variable.to_owned() })
    }

    /// Has it a variable `name`, in its path or beside it?
    fn has(&self, name: &str) -> bool {
        let is_it = |part: &Part| matches!(part, Part::Variable { name: n, .. } if n == name);
        self.defaults.contains_key(name) || self.parts.iter().any(is_it)
    }

    /// `args`, with a default for each variable that has one and stands for nothing.
    pub(crate) fn with_defaults(&self, mut args: Args) -> Args {
        for (name, default) in &self.defaults {
            let arg = args.entry(name.clone()).or_default();
            if arg.is_empty() {
                arg.clone_from(default);
            }
        }
        args
    }

    /// Is it for this HTTP method?
    pub(crate) fn allows(&self, method: &str) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.iter().any(|m| m == method))
    }
}
