//! The API, put together out of its extensions (`nova/api/openstack/__init__.py` and
//! `nova/api/openstack/compute/__init__.py` `APIRouterV21`).

use crate::{
    extension::{ExtensionEntryPoint, ExtensionError, V21ApiExtensionBase},
    extension_manager::{EnabledExtensionManager, Extension},
};
use nova_objects::Plugs;
use nova_paste::{App, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError};
use nova_router::{ApiVersionRequest, ApiVersions, ProjectMapper, Resource, Route, Router};
use std::{collections::BTreeMap, sync::Arc};

/// `paste.app_factory = nova.api.openstack.compute:APIRouterV21.factory`.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::app("nova.api.openstack.compute:APIRouterV21.factory", factory);

fn factory(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    let api = ApiRouterV21::new(loader.plugs())
        .map_err(|error| PasteError::value_error(error.to_string()))?;
    Ok(Arc::new(api.router))
}

/// The extensions that are installed: the plug that an [`ApiRouterV21`] loads from.
#[derive(Clone, Default)]
pub struct Extensions(pub Vec<ExtensionEntryPoint>);

/// The microversions whose shapes are right, so far: the plug `ApiVersions` overrides them.
pub const API_VERSIONS: ApiVersions =
    ApiVersions { min: ApiVersionRequest(2, 1), max: ApiVersionRequest(2, 1) };

/// The extensions without which this is no compute API (`API_V21_CORE_EXTENSIONS`), as far as
/// they are written.
const CORE_EXTENSIONS: [&str; 3] = ["flavors", "servers", "versions"];

/// The compute API v2.1: its extensions, and a router over all that they add.
pub struct ApiRouterV21 {
    extensions: EnabledExtensionManager,
    router: Router,
}

impl ApiRouterV21 {
    /// Loads the plugged [`Extensions`], and makes routes of what they add.
    ///
    /// # Errors
    ///
    /// An extension cannot be loaded, is there twice, or is missing.
    pub fn new(plugs: &Plugs) -> Result<Self, ExtensionError> {
        let Extensions(offered) = plugs.get()?;
        let mut loaded = LoadedExtensionInfo::default();
        let check = |extension: &Extension| loaded.register_extension(extension);
        let extensions = EnabledExtensionManager::load(&offered, plugs, check)?;
        loaded.check_core()?;
        let mut mapper = ProjectMapper::default();
        for extension in extensions.iter() {
            register_resources(&*extension.obj, plugs, &mut mapper)?;
        }
        let router =
            Router::new(mapper).map_err(|error| ExtensionError::Route(error.to_string()))?;
        Ok(Self { extensions, router })
    }

    /// The extensions that were loaded.
    pub fn extensions(&self) -> impl Iterator<Item = &Extension> {
        self.extensions.iter()
    }

    /// The routes, in the order in which they are tried.
    pub fn routes(&self) -> impl Iterator<Item = &Arc<Route>> {
        self.router.map().routes()
    }
}

/// Gives each resource of `extension` its URLs.
fn register_resources(
    extension: &dyn V21ApiExtensionBase,
    plugs: &Plugs,
    mapper: &mut ProjectMapper,
) -> Result<(), ExtensionError> {
    let versions = plugs.get().unwrap_or(API_VERSIONS);
    for resource in extension.get_resources()? {
        let wsgi_resource = Arc::new(Resource::v21(resource.controller, versions));
        mapper.resource(resource.member, resource.collection, &wsgi_resource, &resource.options);
        if let Some(custom_routes) = resource.custom_routes {
            custom_routes(mapper, &wsgi_resource);
        }
    }
    Ok(())
}

/// Which extensions there are, by alias (`extension_info.LoadedExtensionInfo`).
#[derive(Default)]
struct LoadedExtensionInfo {
    targets: BTreeMap<&'static str, String>,
}

impl LoadedExtensionInfo {
    fn register_extension(&mut self, extension: &Extension) -> Result<bool, ExtensionError> {
        let alias = extension.obj.alias();
        let at = extension.entry_point.location;
        let second = format!("{} ({}:{})", extension.entry_point.target, at.file(), at.line());
        match self.targets.insert(alias, second.clone()) {
            None => Ok(true),
            Some(first) => Err(ExtensionError::Duplicate { alias, first, second }),
        }
    }

    fn check_core(&self) -> Result<(), ExtensionError> {
        let missing: Vec<&str> =
            CORE_EXTENSIONS.into_iter().filter(|alias| !self.targets.contains_key(alias)).collect();
        match missing[..] {
            [] => Ok(()),
            _ => Err(ExtensionError::CoreApiMissing(missing.join(", "))),
        }
    }
}
