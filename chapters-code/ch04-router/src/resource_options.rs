//! The routes of a collection (`routes.Mapper.resource`).

use crate::{Resource, Route};
use std::sync::Arc;

/// What can be asked of a collection, beyond what every collection has.
///
/// For `servers` with a collection action `detail` (GET) and a member action `action` (POST):
///
/// | request | action |
/// |---|---|
/// | `POST /servers` | create |
/// | `GET /servers/detail` | detail |
/// | `GET /servers` | index |
/// | `GET /servers/new` | new |
/// | `PUT /servers/{id}` | update |
/// | `DELETE /servers/{id}` | delete |
/// | `GET /servers/{id}/edit` | edit |
/// | `POST /servers/{id}/action` | action |
/// | `GET /servers/{id}` | show |
///
/// Each comes twice: before the route as it stands here, one with `.{format}` behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceOptions {
    collection: Vec<Action>,
    member: Vec<Action>,
    new: Vec<Action>,
    root: String,
    parent: Option<Parent>,
    path_prefix: String,
    name_prefix: Option<String>,
}

/// An action and the HTTP method it is asked for with.
type Action = (String, String);

/// The resource that another one is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parent {
    member: String,
    collection: String,
}

/// What an id looks like: no slash, and no backslash at its end.
pub const ID_REGEX: &str = r"[^/]*[^/\\]";

impl ResourceOptions {
    /// An action of the whole collection: `/servers/detail`.
    #[must_use]
    pub fn collection(mut self, action: impl Into<String>, method: &str) -> Self {
        self.collection.push((action.into(), method.to_uppercase()));
        self
    }

    /// An action of one member: `/servers/{id}/action`.
    #[must_use]
    pub fn member(mut self, action: impl Into<String>, method: &str) -> Self {
        self.member.push((action.into(), method.to_uppercase()));
        self
    }

    /// An action of a member that is not there yet: `/servers/new/preview`.
    #[must_use]
    pub fn new_action(mut self, action: impl Into<String>, method: &str) -> Self {
        self.new.push((action.into(), method.to_uppercase()));
        self
    }

    /// Is part of a member of another collection: `/servers/{server_id}/ips`.
    #[must_use]
    pub fn parent(mut self, member: impl Into<String>, collection: impl Into<String>) -> Self {
        self.parent = Some(Parent { member: member.into(), collection: collection.into() });
        self
    }

    /// Stands below `prefix`. As in Nova, a parent or a project stands there instead.
    #[must_use]
    pub fn path_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.path_prefix = prefix.into();
        self
    }

    /// What the names of its routes start with, in place of `server_`, its parent.
    #[must_use]
    pub fn name_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.name_prefix = Some(prefix.into());
        self
    }

    /// The same, one level down: below `root` and nothing but its parent.
    pub(crate) fn below(self, root: &str) -> Self {
        Self { root: root.to_owned(), path_prefix: String::new(), ..self }
    }

    /// Where the collection stands: `/servers/:server_id/ips`.
    pub fn path(&self, collection: &str) -> String {
        let prefix = match &self.parent {
            Some(parent) => format!("{}/:{}_id", parent.collection, parent.member),
            None => self.path_prefix.clone(),
        };
        let levels = [&self.root, &prefix, collection].map(|level| level.trim_matches('/'));
        let levels = levels.into_iter().filter(|level| !level.is_empty());
        levels.map(|level| format!("/{level}")).collect()
    }

    /// What the names of the routes start with.
    fn names(&self) -> String {
        let parents = || self.parent.as_ref().map(|parent| format!("{}_", parent.member));
        self.name_prefix.clone().or_else(parents).unwrap_or_default()
    }

    /// The routes, in the order in which they are tried.
    pub(crate) fn routes(
        &self,
        member: &str,
        collection: &str,
        resource: &Arc<Resource>,
    ) -> Vec<Route> {
        let path = self.path(collection);
        let mut table = Table { routes: Vec::new(), resource, names: self.names() };
        table.collection(&path, collection, &self.collection);
        table.new_member(&format!("{path}/new"), member, &self.new);
        table.member(&format!("{path}/:(id)"), member, &self.member);
        table.routes
    }
}

/// The routes of one collection while they are written down.
struct Table<'r> {
    routes: Vec<Route>,
    resource: &'r Arc<Resource>,
    /// What the names of the routes start with: `server_`.
    names: String,
}

impl Table<'_> {
    fn collection(&mut self, path: &str, collection: &str, actions: &[Action]) {
        for (method, mut actions) in by_method(&[("create", "POST")], actions) {
            let primary = (method != "GET").then(|| actions.remove(0));
            for action in actions {
                let name = format!("{}{action}_{collection}", self.names);
                self.add(&format!("{path}/{action}"), Some(&name), action, method);
            }
            if let Some(action) = primary {
                self.add(path, None, action, method);
            }
        }
        self.add(path, Some(&format!("{}{collection}", self.names)), "index", "GET");
    }

    fn new_member(&mut self, path: &str, member: &str, actions: &[Action]) {
        for (method, actions) in by_method(&[], actions) {
            for action in actions {
                let name = format!("{}{action}_new_{member}", self.names);
                self.add(&format!("{path}/{action}"), Some(&name), action, method);
            }
        }
        self.add(path, Some(&format!("{}new_{member}", self.names)), "new", "GET");
    }

    fn member(&mut self, path: &str, member: &str, actions: &[Action]) {
        let built_in = [("update", "PUT"), ("delete", "DELETE"), ("edit", "GET")];
        for (method, mut actions) in by_method(&built_in, actions) {
            let primary = !matches!(method, "POST" | "GET");
            let primary = primary.then(|| actions.remove(0));
            for action in actions {
                let name = format!("{}{action}_{member}", self.names);
                self.add(&format!("{path}/{action}"), Some(&name), action, method);
            }
            if let Some(action) = primary {
                self.add(path, None, action, method);
            }
        }
        self.add(path, Some(&format!("{}{member}", self.names)), "show", "GET");
    }

    // ANCHOR: add
    /// Adds the route with a format, then the one without.
    fn add(&mut self, path: &str, name: Option<&str>, action: &str, method: &str) {
        for (prefix, suffix) in [("formatted_", ".:(format)"), ("", "")] {
            let mut route = Route::new(format!("{path}{suffix}"), self.resource);
            if path.contains(":(id)") {
                route = route.requirement("id", ID_REGEX);
            }
            if let Some(name) = name {
                route = route.named(format!("{prefix}{name}"));
            }
            self.routes.push(route.action(action).method(method));
        }
    }
    // ANCHOR_END: add
}

/// The actions of each method. The first of a method other than GET (for members, also other
/// than POST) is asked for without its name: `POST /servers` is `create`.
fn by_method<'a>(
    built_in: &[(&'a str, &'a str)],
    actions: &'a [Action],
) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut methods: Vec<(&str, Vec<&str>)> = Vec::new();
    let named = actions.iter().map(|(action, method)| (action.as_str(), method.as_str()));
    for (action, method) in built_in.iter().copied().chain(named) {
        match methods.iter_mut().find(|(known, _)| *known == method) {
            Some((_, actions)) => actions.push(action),
            None => methods.push((method, vec![action])),
        }
    }
    methods
}
