//! A composite section becomes a URL map (`nova.api.openstack.urlmap.urlmap_factory`).

use crate::{PasteUrlMap, UrlMap};
use nova_paste::{
    App, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError, wsgi_encode,
};
use std::sync::Arc;

/// Nova's map, as `use = call:nova.api.openstack.urlmap:urlmap_factory` names it.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::composite("nova.api.openstack.urlmap:urlmap_factory", urlmap_factory);

/// Paste's map, as `use = egg:Paste#urlmap` names it.
pub const PASTE_ENTRY_POINT: EntryPoint<Factory> = EntryPoint::new(
    "paste.composite_factory",
    "urlmap",
    "paste.urlmap:urlmap_factory",
    Factory::Composite(paste_urlmap_factory),
);

/// Each key of the section is a path, each value the name of the app that is mounted on it.
/// `not_found_app`, here or in `[DEFAULT]`, names the app for requests that no path takes.
///
/// # Errors
///
/// Says which path is none, or what is wrong with an app's section.
pub fn urlmap_factory(
    loader: &Loader<'_>,
    global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<App, PasteError> {
    Ok(Arc::new(UrlMap::new(load_mounts(loader, global_conf, local_conf)?)))
}

/// The same for Paste's own map (`paste.urlmap.urlmap_factory`).
///
/// # Errors
///
/// As [`urlmap_factory`].
pub fn paste_urlmap_factory(
    loader: &Loader<'_>,
    global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<App, PasteError> {
    Ok(Arc::new(load_mounts(loader, global_conf, local_conf)?))
}

const NOT_FOUND_APP: &str = "not_found_app";

fn load_mounts(
    loader: &Loader<'_>,
    global_conf: &GlobalConf,
    local_conf: &LocalConf,
) -> Result<PasteUrlMap, PasteError> {
    let loader = loader.with_global_conf(global_conf);
    let not_found = local_conf.get(NOT_FOUND_APP);
    let not_found = not_found.or(global_conf.get(NOT_FOUND_APP).map(String::as_str));
    let not_found = not_found.filter(|name| !name.is_empty());
    let mut map = PasteUrlMap::new(not_found.map(|name| loader.get_app(name)).transpose()?);
    for (path, name) in local_conf.iter().filter(|(key, _)| *key != NOT_FOUND_APP) {
        map.mount(&wsgi_encode(path.as_bytes()), name, loader.get_app(name)?)?;
    }
    Ok(map)
}
