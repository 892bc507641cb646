//! What passes a check (`stevedore/enabled.py`).

use super::{Extension, ExtensionManager, LoadFailure, Options};
use nova_paste::EntryPoint;
use std::ops::Deref;

/// The extensions of a namespace that pass a check. It sees each extension after it is loaded,
/// so it can ask what was made: Nova asks for the alias.
#[derive(Debug)]
pub struct EnabledExtensionManager<L, T>(ExtensionManager<L, T>);

impl<L: Clone, T> EnabledExtensionManager<L, T> {
    /// Loads those of `offered` that are in `namespace`, and keeps those for which `check_func`
    /// answers true.
    ///
    /// # Errors
    ///
    /// Those of [`ExtensionManager::new`]; an error of `check_func` counts as one of `invoke`.
    pub fn new<E: LoadFailure>(
        namespace: &'static str,
        offered: &[EntryPoint<L>],
        mut check_func: impl FnMut(&Extension<L, T>) -> Result<bool, E>,
        mut invoke: impl FnMut(&EntryPoint<L>) -> Result<Option<T>, E>,
        options: Options<'_, L, E>,
    ) -> Result<Self, E> {
        // ANCHOR: new
        let load_one_plugin = |entry_point: &EntryPoint<L>| {
            let extension = Extension::load(entry_point, &mut invoke)?;
            if check_func(&extension)? {
                return Ok(Some(extension));
            }
            tracing::debug!("ignoring extension '{}'", entry_point.name);
            Ok(None)
        };
        ExtensionManager::load_plugins(namespace, offered, options, load_one_plugin).map(Self)
        // ANCHOR_END: new
    }
}

/// The subclass of Python: once it has loaded, it is an [`ExtensionManager`].
impl<L, T> Deref for EnabledExtensionManager<L, T> {
    type Target = ExtensionManager<L, T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
