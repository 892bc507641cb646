//! What a manager does when an entry point does not load.

use nova_paste::EntryPoint;
use std::error::Error;

/// Why an entry point does not load.
pub trait LoadFailure: Error {
    /// Whether this ends the loading, whatever the options say. In Python an `AssertionError`
    /// does: it is a mistake in the program, not in one plug-in.
    fn propagates(&self) -> bool {
        false
    }
}

type OnLoadFailure<'a, L, E> = Box<dyn FnMut(&EntryPoint<L>, E) -> Result<(), E> + 'a>;

/// The optional arguments that all managers take.
pub struct Options<'a, L, E> {
    pub(super) propagate_map_exceptions: bool,
    pub(super) on_load_failure_callback: OnLoadFailure<'a, L, E>,
}

impl<L, E: LoadFailure> Default for Options<'_, L, E> {
    /// Errors are logged, and what failed is skipped.
    fn default() -> Self {
        let log = |entry_point: &EntryPoint<L>, error| {
            let EntryPoint { name, location, .. } = entry_point;
            tracing::error!(at = %location, "Could not load '{name}': {error}");
            Ok(())
        };
        Self { propagate_map_exceptions: false, on_load_failure_callback: Box::new(log) }
    }
}

impl<'a, L, E> Options<'a, L, E> {
    /// Whether the first error ends a [`map`](super::ExtensionManager::map).
    pub fn propagate_map_exceptions(mut self, propagate: bool) -> Self {
        self.propagate_map_exceptions = propagate;
        self
    }

    /// Who is told of a failure, instead of the log. `Ok` skips the entry point; an error ends
    /// the loading.
    pub fn on_load_failure_callback(
        mut self,
        callback: impl FnMut(&EntryPoint<L>, E) -> Result<(), E> + 'a,
    ) -> Self {
        self.on_load_failure_callback = Box::new(callback);
        self
    }
}
