//! Which extensions there are (`nova/api/openstack/compute/extension_info.py`
//! `LoadedExtensionInfo`).

use crate::{api_router_v21::Extension, extension::ExtensionError};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The extensions that were loaded, by alias. It is plugged in before they are, so that each can
/// ask later for all of them.
#[derive(Clone, Default)]
pub struct LoadedExtensionInfo {
    extensions: Arc<Mutex<BTreeMap<&'static str, ExtensionInfo>>>,
}

/// What clients may know of an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionInfo {
    /// Its readable name.
    pub name: &'static str,
    /// The name it is listed by.
    pub alias: &'static str,
    /// What it does.
    pub description: &'static str,
    /// Which version of it this is.
    pub version: u32,
    /// The entry point that it comes from, and where that is.
    origin: String,
}

impl LoadedExtensionInfo {
    /// Remembers an extension.
    ///
    /// # Errors
    ///
    /// Another one has its alias.
    pub(crate) fn register_extension(&self, loaded: &Extension) -> Result<bool, ExtensionError> {
        let Some(obj) = &loaded.obj else { return Ok(false) };
        let (alias, at) = (obj.alias, loaded.entry_point.location);
        let origin = format!("{} ({}:{})", loaded.entry_point.target, at.file(), at.line());
        let info = ExtensionInfo {
            name: obj.name,
            alias,
            description: obj.description,
            version: obj.version,
            origin: origin.clone(),
        };
        match self.lock().insert(alias, info) {
            None => Ok(true),
            Some(first) => {
                Err(ExtensionError::Duplicate { alias, first: first.origin, second: origin })
            }
        }
    }

    /// All of them, by alias.
    pub fn get_extensions(&self) -> Vec<ExtensionInfo> {
        self.lock().values().cloned().collect()
    }

    /// Are the extensions there without which this is no compute API?
    ///
    /// # Errors
    ///
    /// Names those that are missing.
    pub(crate) fn check_core(&self, core: &[&'static str]) -> Result<(), ExtensionError> {
        let extensions = self.lock();
        let missing: Vec<&str> =
            core.iter().filter(|alias| !extensions.contains_key(*alias)).copied().collect();
        match missing[..] {
            [] => Ok(()),
            _ => Err(ExtensionError::CoreApiMissing(missing.join(", "))),
        }
    }

    /// Nothing that holds the lock can panic halfway.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, ExtensionInfo>> {
        self.extensions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
