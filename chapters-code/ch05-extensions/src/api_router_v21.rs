//! The API, put together out of its extensions (`nova/api/openstack/__init__.py` and
//! `nova/api/openstack/compute/__init__.py` `APIRouterV21`).

use crate::{
    LoadedExtensionInfo, OsapiV21,
    extension::{ExtensionEntryPoint, ExtensionError, NAMESPACE, V21ApiExtension},
    resources::Resources,
    stevedore::{self, EnabledExtensionManager},
};
use nova_objects::Plugs;
use nova_paste::{App, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError};
use nova_router::{ApiVersionRequest, ApiVersions, Route, Router};
use std::sync::Arc;

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

/// The microversions whose shapes are right: the plug `ApiVersions` overrides them.
pub const API_VERSIONS: ApiVersions =
    ApiVersions { min: ApiVersionRequest(2, 1), max: ApiVersionRequest(2, 47) };

/// The extensions without which this is no compute API (`API_V21_CORE_EXTENSIONS`). Nova's list
/// has `os-consoles` too: consoles of a hypervisor that nobody has any more.
pub const CORE_EXTENSIONS: [&str; 10] = [
    "extensions",
    "flavors",
    "ips",
    "os-flavor-access",
    "os-flavor-extra-specs",
    "os-flavor-manage",
    "os-keypairs",
    "server-metadata",
    "servers",
    "versions",
];

/// The compute API v2.1: its extensions, and a router over all that they add.
pub struct ApiRouterV21 {
    api_extension_manager: Manager,
    router: Router,
}

type Manager = EnabledExtensionManager<crate::extension::Constructor, V21ApiExtension>;

/// An extension, and where it comes from.
pub type Extension = stevedore::Extension<crate::extension::Constructor, V21ApiExtension>;

impl ApiRouterV21 {
    /// Loads the plugged [`Extensions`], and makes routes of what they add.
    ///
    /// # Errors
    ///
    /// See [`ExtensionError`].
    // ANCHOR: new
    pub fn new(plugs: &Plugs) -> Result<Self, ExtensionError> {
        let loaded_extension_info = LoadedExtensionInfo::default();
        let plugs = plugs.clone().plug(loaded_extension_info.clone());
        let api_extension_manager = load(&plugs, &loaded_extension_info)?;

        let mut resources = Resources::default();
        let extensions = || api_extension_manager.iter().filter_map(|ext| ext.obj.as_ref());
        resources.register_resources_check_inherits(extensions())?;
        extensions().for_each(|extension| resources.register_controllers(extension));
        loaded_extension_info.check_core(&CORE_EXTENSIONS)?;
        let router = resources.into_router(&plugs)?;
        Ok(Self { api_extension_manager, router })
    }
    // ANCHOR_END: new

    /// The extensions that were loaded.
    pub fn extensions(&self) -> impl Iterator<Item = &Extension> {
        self.api_extension_manager.iter()
    }

    /// The routes, in the order in which they are tried.
    pub fn routes(&self) -> impl Iterator<Item = &Arc<Route>> {
        self.router.map().routes()
    }
}

/// Loads those of the installed extensions that are wanted. One that does not load is more than a
/// line in the log here: the API would lack a part, and nobody would know.
// ANCHOR: load
fn load(plugs: &Plugs, info: &LoadedExtensionInfo) -> Result<Manager, ExtensionError> {
    let Extensions(offered) = plugs.get()?;
    let options: OsapiV21 = plugs.get_or_default();
    let mut installed = Vec::new();
    let manager = EnabledExtensionManager::new(
        NAMESPACE,
        &offered,
        |extension: &Extension| {
            let Some(obj) = &extension.obj else { return Ok(false) };
            installed.push(obj.alias);
            Ok(options.wants(obj.alias) && info.register_extension(extension)?)
        },
        |entry_point| (entry_point.load)(plugs).map(Some),
        stevedore::Options::default().on_load_failure_callback(|_, error| Err(error)),
    )?;
    options.check(&installed)?;
    Ok(manager)
}
// ANCHOR_END: load
