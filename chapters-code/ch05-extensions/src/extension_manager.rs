//! What is offered becomes what is there (`stevedore.enabled.EnabledExtensionManager`).

use crate::extension::{ExtensionEntryPoint, ExtensionError, NAMESPACE, V21ApiExtensionBase};
use nova_objects::Plugs;

/// An entry point, and the extension that it made.
pub struct Extension {
    /// Where it comes from.
    pub entry_point: ExtensionEntryPoint,
    /// What it made.
    pub obj: Box<dyn V21ApiExtensionBase>,
}

/// The extensions of a namespace, in the order in which they are offered.
pub struct EnabledExtensionManager {
    extensions: Vec<Extension>,
}

impl EnabledExtensionManager {
    /// Loads those of `offered` that `check` lets through.
    ///
    /// # Errors
    ///
    /// One of them cannot be loaded.
    pub fn load(
        offered: &[ExtensionEntryPoint],
        plugs: &Plugs,
        mut check: impl FnMut(&Extension) -> Result<bool, ExtensionError>,
    ) -> Result<Self, ExtensionError> {
        let mut extensions = Vec::new();
        for entry_point in offered.iter().filter(|offered| offered.namespace == NAMESPACE) {
            let obj = (entry_point.load)(plugs)?;
            let extension = Extension { entry_point: *entry_point, obj };
            if check(&extension)? {
                extensions.push(extension);
            }
        }
        Ok(Self { extensions })
    }

    /// The extensions that are there.
    pub fn iter(&self) -> impl Iterator<Item = &Extension> {
        self.extensions.iter()
    }
}
