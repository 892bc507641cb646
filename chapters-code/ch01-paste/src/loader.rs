//! Provisional.
use crate::{App, Filter, PasteError, Registry};
use nova_objects::Plugs;

/// What a composite factory is handed, to ask for other sections.
pub struct Loader<'r> {
    registry: &'r Registry,
}

impl Loader<'_> {
    /// The app of the section called `name`, in the file of the section that asks.
    pub fn get_app(&self, name: &str) -> Result<App, PasteError> {
        Err(PasteError::value_error(name))
    }

    /// The filter of the section called `name`.
    pub fn get_filter(&self, name: &str) -> Result<Filter, PasteError> {
        Err(PasteError::value_error(name))
    }

    /// What the factories are plugged into.
    pub fn plugs(&self) -> &Plugs {
        &self.registry.plugs
    }
}
