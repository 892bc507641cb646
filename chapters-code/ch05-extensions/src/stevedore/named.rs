//! What is on a list of names (`stevedore/named.py`).

use super::{Extension, ExtensionManager, LoadFailure, Options};
use nova_paste::EntryPoint;
use std::{collections::BTreeSet, ops::Deref};

type OnMissing<'a, E> = Box<dyn FnOnce(&BTreeSet<&str>) -> Result<(), E> + 'a>;

/// Which extensions are wanted, and what happens if one is missing: not offered, or not loaded.
pub struct Names<'a, E> {
    names: Vec<&'a str>,
    name_order: bool,
    on_missing_entrypoints_callback: OnMissing<'a, E>,
}

impl<'a, E> Names<'a, E> {
    /// The extensions of these names, in the order in which they are offered. If some are
    /// missing, a warning says which.
    pub fn new(names: impl IntoIterator<Item = &'a str>) -> Self {
        let warn = |missing: &BTreeSet<&str>| {
            let missing: Vec<&str> = missing.iter().copied().collect();
            tracing::warn!("Could not load {}", missing.join(", "));
            Ok(())
        };
        Self {
            names: names.into_iter().collect(),
            name_order: false,
            on_missing_entrypoints_callback: Box::new(warn),
        }
    }

    /// Whether the extensions come in the order of their names in the list.
    pub fn name_order(mut self, name_order: bool) -> Self {
        self.name_order = name_order;
        self
    }

    /// Who is told of missing names, instead of the log. An error ends the loading.
    pub fn on_missing_entrypoints_callback(
        mut self,
        callback: impl FnOnce(&BTreeSet<&str>) -> Result<(), E> + 'a,
    ) -> Self {
        self.on_missing_entrypoints_callback = Box::new(callback);
        self
    }

    /// `false`: nobody is told of missing names.
    pub fn warn_on_missing_entrypoint(self, warn: bool) -> Self {
        if warn { self } else { self.on_missing_entrypoints_callback(|_| Ok(())) }
    }
}

/// The extensions of a namespace that are on a list of names. What is not on it is not even
/// loaded.
#[derive(Debug)]
pub struct NamedExtensionManager<L, T>(ExtensionManager<L, T>);

impl<L: Clone, T> NamedExtensionManager<L, T> {
    /// Loads those of `offered` that are in `namespace` and among `names`.
    ///
    /// # Errors
    ///
    /// Those of [`ExtensionManager::new`], or one that the callback of `names` answers.
    pub fn new<E: LoadFailure>(
        namespace: &'static str,
        offered: &[EntryPoint<L>],
        names: Names<'_, E>,
        mut invoke: impl FnMut(&EntryPoint<L>) -> Result<Option<T>, E>,
        options: Options<'_, L, E>,
    ) -> Result<Self, E> {
        let Names { names, name_order, on_missing_entrypoints_callback } = names;
        let load_one_plugin = |entry_point: &EntryPoint<L>| {
            if !names.contains(&entry_point.name) {
                return Ok(None);
            }
            Extension::load(entry_point, &mut invoke).map(Some)
        };
        let mut manager =
            ExtensionManager::load_plugins(namespace, offered, options, load_one_plugin)?;
        let missing: BTreeSet<&str> =
            names.iter().copied().filter(|name| !manager.contains(name)).collect();
        if !missing.is_empty() {
            on_missing_entrypoints_callback(&missing)?;
        }
        if name_order {
            let named = |name: &&str| manager.last_named(name).cloned();
            manager.extensions = names.iter().filter_map(named).collect();
        }
        Ok(Self(manager))
    }
}

/// The subclass of Python: once it has loaded, it is an [`ExtensionManager`].
impl<L, T> Deref for NamedExtensionManager<L, T> {
    type Target = ExtensionManager<L, T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
