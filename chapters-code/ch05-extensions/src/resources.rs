//! From what extensions bring to a table of routes
//! (`APIRouterV21._register_resources_check_inherits`, `_register_resources`,
//! `_register_controllers`).

use crate::{
    OsapiV21, Policy,
    api_router_v21::API_VERSIONS,
    extension::{ExtensionError, ResourceExtension, V21ApiExtension},
};
use nova_objects::Plugs;
use nova_router::{Controller, ProjectMapper, Resource, Router};
use std::sync::Arc;

/// The resources of all extensions, in the order in which they were registered.
///
/// Nova gives a resource its routes first, and what others add to it later. Here a resource with
/// routes does not change any more, so the routes come last.
#[derive(Default)]
pub(crate) struct Resources<'e> {
    all: Vec<Registered<'e>>,
}

/// A resource, and its controller with all that others have added to it.
struct Registered<'e> {
    resource: &'e ResourceExtension,
    controller: Controller,
}

impl<'e> Resources<'e> {
    // ANCHOR: check_inherits
    /// Takes the resources of `extensions`: of those with a resource that inherits, after all
    /// others, for what it inherits from has to be there.
    pub(crate) fn register_resources_check_inherits(
        &mut self,
        extensions: impl Iterator<Item = &'e V21ApiExtension>,
    ) -> Result<(), ExtensionError> {
        let inherits = |extension: &&V21ApiExtension| {
            extension.resources.iter().any(|resource| resource.inherits.is_some())
        };
        let (with_inherits, without): (Vec<_>, Vec<_>) = extensions.partition(inherits);
        let in_order = without.into_iter().chain(with_inherits);
        in_order.flat_map(|extension| &extension.resources).try_for_each(|r| self.register(r))
    }
    // ANCHOR_END: check_inherits

    fn register(&mut self, resource: &'e ResourceExtension) -> Result<(), ExtensionError> {
        let parent = resource.inherits.and_then(|name| self.find(name));
        let controller = match (&resource.controller, parent) {
            (Some(controller), _) => controller.clone(),
            (None, Some(parent)) => parent.controller.clone(),
            (None, None) => {
                let (collection, inherits) = (resource.collection, resource.inherits);
                return Err(ExtensionError::NoParent { collection, inherits });
            }
        };
        self.all.push(Registered { resource, controller });
        Ok(())
    }

    fn find(&self, collection: &str) -> Option<&Registered<'e>> {
        self.all.iter().find(|registered| registered.resource.collection == collection)
    }

    // ANCHOR: register_controllers
    /// Adds what `extension` brings for resources of others, and for those that inherit from them.
    pub(crate) fn register_controllers(&mut self, extension: &'e V21ApiExtension) {
        for added in &extension.controller_extensions {
            let (collection, alias) = (added.collection, extension.alias);
            let mut found = false;
            for Registered { resource, controller } in &mut self.all {
                if resource.collection == collection || resource.inherits == Some(collection) {
                    controller.register_actions(&added.controller);
                    controller.register_extensions(&added.controller);
                    found = true;
                }
            }
            if !found {
                tracing::warn!(
                    "Extension {alias}: Cannot extend resource {collection}: No such resource"
                );
            }
        }
    }
    // ANCHOR_END: register_controllers

    /// Gives each resource its URLs. Its methods can be called by whom policy allows.
    pub(crate) fn into_router(self, plugs: &Plugs) -> Result<Router, ExtensionError> {
        let versions = plugs.get().unwrap_or(API_VERSIONS);
        let options: OsapiV21 = plugs.get_or_default();
        let policy: Arc<Policy> = Arc::new(plugs.get()?);
        let mut mapper = ProjectMapper::new(&options.project_id_regex);
        for Registered { resource, controller } in self.all {
            check_policies(&controller)?;
            let wsgi_resource = Resource::v21(controller, versions).authorized_by(policy.clone());
            let wsgi_resource = Arc::new(wsgi_resource);
            let (member, collection) = (resource.member, resource.collection);
            mapper.resource(member, collection, &wsgi_resource, &resource.options);
            if let Some(custom_routes) = resource.custom_routes {
                custom_routes(&mut mapper, &wsgi_resource);
            }
        }
        Router::new(mapper).map_err(|error| ExtensionError::Route(error.to_string()))
    }
}

/// Does each method say who may call it?
fn check_policies(controller: &Controller) -> Result<(), ExtensionError> {
    match controller.policies().find(|(_, rule)| rule.is_none()) {
        None => Ok(()),
        Some((method, _)) => {
            Err(ExtensionError::NoPolicy { controller: controller.name().to_owned(), method })
        }
    }
}
