//! All that is offered in a namespace (`stevedore/extension.py`).

use super::{LoadFailure, Options};
use nova_paste::EntryPoint;
use std::{error::Error, sync::Arc};

/// An entry point that was loaded, and what it made.
#[derive(Debug)]
pub struct Extension<L, T> {
    /// Where it comes from.
    pub entry_point: EntryPoint<L>,
    /// What it made; `None` if it was not invoked on load.
    pub obj: Option<T>,
}

impl<L: Clone, T> Extension<L, T> {
    pub(super) fn load<E>(
        entry_point: &EntryPoint<L>,
        invoke: impl FnOnce(&EntryPoint<L>) -> Result<Option<T>, E>,
    ) -> Result<Self, E> {
        let obj = invoke(entry_point)?;
        Ok(Self { entry_point: entry_point.clone(), obj })
    }
}

/// The extensions of a namespace.
#[derive(Debug)]
pub struct ExtensionManager<L, T> {
    namespace: &'static str,
    propagate_map_exceptions: bool,
    // Shared, for a list of names may have a name twice, and then its extension is here twice.
    pub(super) extensions: Vec<Arc<Extension<L, T>>>,
}

impl<L: Clone, T> ExtensionManager<L, T> {
    /// Loads those of `offered` that are in `namespace`.
    ///
    /// # Errors
    ///
    /// An error of `invoke` that [propagates](LoadFailure::propagates), or one that the callback
    /// of the options answers.
    pub fn new<E: LoadFailure>(
        namespace: &'static str,
        offered: &[EntryPoint<L>],
        mut invoke: impl FnMut(&EntryPoint<L>) -> Result<Option<T>, E>,
        options: Options<'_, L, E>,
    ) -> Result<Self, E> {
        Self::load_plugins(namespace, offered, options, |entry_point| {
            Extension::load(entry_point, &mut invoke).map(Some)
        })
    }

    /// Loads each with `load_one_plugin`, which answers `None` for what is not to be there. It is
    /// all in which one manager differs from another.
    pub(super) fn load_plugins<E: LoadFailure>(
        namespace: &'static str,
        offered: &[EntryPoint<L>],
        mut options: Options<'_, L, E>,
        mut load_one_plugin: impl FnMut(&EntryPoint<L>) -> Result<Option<Extension<L, T>>, E>,
    ) -> Result<Self, E> {
        let mut extensions = Vec::new();
        // ANCHOR: load_plugins
        for entry_point in offered.iter().filter(|offered| offered.namespace == namespace) {
            match load_one_plugin(entry_point) {
                Ok(extension) => extensions.extend(extension.map(Arc::new)),
                Err(error) if error.propagates() => return Err(error),
                Err(error) => (options.on_load_failure_callback)(entry_point, error)?,
            }
        }
        // ANCHOR_END: load_plugins
        let propagate_map_exceptions = options.propagate_map_exceptions;
        Ok(Self { namespace, propagate_map_exceptions, extensions })
    }
}

impl<L, T> ExtensionManager<L, T> {
    /// The extensions, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Extension<L, T>> {
        self.extensions.iter().map(AsRef::as_ref)
    }

    /// Their names, in the same order.
    pub fn names(&self) -> Vec<&'static str> {
        self.iter().map(|extension| extension.entry_point.name).collect()
    }

    /// The extension of that name (`manager[name]`): of several, the last.
    pub fn get(&self, name: &str) -> Option<&Extension<L, T>> {
        self.last_named(name).map(AsRef::as_ref)
    }

    pub(super) fn last_named(&self, name: &str) -> Option<&Arc<Extension<L, T>>> {
        self.extensions.iter().rfind(|extension| extension.entry_point.name == name)
    }

    /// Whether there is one of that name (`name in manager`).
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Calls `func` with each extension, and collects what it answers. An error is logged, and
    /// its extension has no answer in the list, unless `propagate_map_exceptions` is set.
    ///
    /// # Errors
    ///
    /// See [`MapError`].
    pub fn map<R, E: Error>(
        &self,
        mut func: impl FnMut(&Extension<L, T>) -> Result<R, E>,
    ) -> Result<Vec<R>, MapError<E>> {
        if self.extensions.is_empty() {
            return Err(MapError::NoMatches { namespace: self.namespace });
        }
        let mut response = Vec::new();
        for extension in self.iter() {
            match func(extension) {
                Ok(value) => response.push(value),
                Err(error) if self.propagate_map_exceptions => return Err(MapError::Raised(error)),
                Err(error) => {
                    tracing::error!("error calling '{}': {error}", extension.entry_point.name);
                }
            }
        }
        Ok(response)
    }
}

/// Why a [`map`](ExtensionManager::map) has no answer.
#[derive(Debug, thiserror::Error)]
pub enum MapError<E> {
    /// There is nothing to call the function with.
    #[error("No {namespace} extensions found")]
    NoMatches {
        /// Where there is nothing.
        namespace: &'static str,
    },
    /// The function's own error, with `propagate_map_exceptions`.
    #[error(transparent)]
    Raised(E),
}
