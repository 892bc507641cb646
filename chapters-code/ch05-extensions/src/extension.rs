//! What an extension is (`nova/api/openstack/extensions.py`).

use boon::CompileError;
use nova_objects::{Plugs, Unplugged};
use nova_paste::EntryPoint;
use nova_router::{Controller, Mapper, Resource, ResourceOptions};
use std::sync::Arc;

/// The namespace of the API's extensions.
pub const NAMESPACE: &str = "nova.api.v21.extensions";

/// A part of the API that can be there or not.
pub trait V21ApiExtensionBase: Send + Sync {
    /// Its readable name: `Servers`.
    fn name(&self) -> &'static str;

    /// The name by which it is listed, allowed and forbidden: `servers`, `os-keypairs`.
    fn alias(&self) -> &'static str;

    /// Which version of it this is.
    fn version(&self) -> u32 {
        1
    }

    /// The resources it adds.
    ///
    /// # Errors
    ///
    /// See [`ExtensionError`].
    fn get_resources(&self) -> Result<Vec<ResourceExtension>, ExtensionError>;
}

/// Makes an extension out of what is plugged in.
pub type Constructor = fn(&Plugs) -> Result<Box<dyn V21ApiExtensionBase>, ExtensionError>;

/// An extension as a package offers it.
pub type ExtensionEntryPoint = EntryPoint<Constructor>;

/// An entry point for an extension: its name, the Python class it stands for, what makes it.
#[track_caller]
pub const fn entry_point(
    name: &'static str,
    target: &'static str,
    constructor: Constructor,
) -> ExtensionEntryPoint {
    EntryPoint::new(NAMESPACE, name, target, constructor)
}

/// A resource that an extension adds: a collection of URLs and who answers them.
pub struct ResourceExtension {
    /// The collection's name in URLs: `servers`.
    pub collection: &'static str,
    /// The member's name in routes: `server`.
    pub member: &'static str,
    /// Who answers.
    pub controller: Controller,
    /// What can be asked beyond list, show, create, update and delete.
    pub options: ResourceOptions,
    /// Routes of its own, beside those of the resource (`custom_routes_fn`).
    pub custom_routes: Option<fn(&mut Mapper, &Arc<Resource>)>,
}

/// Why an extension could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ExtensionError {
    /// It needs something that is not there.
    #[error(transparent)]
    Unplugged(#[from] Unplugged),
    /// It brought a schema that is none. Only the text is kept: the library's error cannot go
    /// from thread to thread.
    #[error("a schema that does not compile: {0}")]
    Schema(String),
    /// Two extensions have the same alias.
    #[error("Found duplicate extension: {alias}, offered by {first} and by {second}")]
    Duplicate {
        /// The alias.
        alias: &'static str,
        /// The entry point loaded first.
        first: String,
        /// The other.
        second: String,
    },
    /// Extensions without which there is no compute API are missing.
    #[error("Core API extensions are missing: {0}")]
    CoreApiMissing(String),
    /// Two routes that cannot be told apart.
    #[error("{0}")]
    Route(String),
}

impl From<CompileError> for ExtensionError {
    fn from(error: CompileError) -> Self {
        Self::Schema(error.to_string())
    }
}
