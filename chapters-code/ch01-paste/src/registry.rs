//! What is installed: the factories that a file may name.

use crate::{EntryPoint, Factory};
use nova_objects::Plugs;

/// The installed factories, and what they are plugged into.
#[derive(Clone, Default)]
pub struct Registry {
    pub(crate) installed: Vec<(&'static str, EntryPoint<Factory>)>,
    pub(crate) plugs: Plugs,
}

impl Registry {
    /// Nothing installed; factories will find `plugs`.
    pub fn new(plugs: Plugs) -> Self {
        Self { installed: Vec::new(), plugs }
    }

    /// Installs what the distribution `dist` offers.
    #[must_use]
    pub fn install(mut self, dist: &'static str, entry_points: &[EntryPoint<Factory>]) -> Self {
        self.installed.extend(entry_points.iter().map(|entry_point| (dist, *entry_point)));
        self
    }
}
