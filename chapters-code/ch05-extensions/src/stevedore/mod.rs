//! What is offered becomes what is there: the managers of the Python package *stevedore*.
//!
//! A package offers entry points; a manager loads those of its namespace, in the order in which
//! they are offered. Each manager adds one thing to the first:
//!
//! - [`ExtensionManager`] loads all of them, and is what the others are once they have loaded.
//! - [`EnabledExtensionManager`] looks at each *after* it is loaded, and keeps what passes.
//! - [`NamedExtensionManager`] looks at its name *before* it is loaded, and leaves what is not on
//!   a list.
//!
//! How an entry point is loaded is a closure, `invoke`. It answers what the entry point made, or
//! `None` if the entry point is good and is not to be invoked yet (no `invoke_on_load`), or an
//! error. One plug-in that does not load is no reason to be without the others: it is logged and
//! skipped, unless the [`Options`] or the [error](LoadFailure) say otherwise.
//!
//! # In stevedore
//!
//! The semantics are those of version 1.12.0, which Nova 13.0.0 uses. Missing names are treated
//! as today's versions do: 1.12.0 ends with a `KeyError` or says nothing. There, the entry points
//! are found on the disk; here, they are an argument.

mod enabled;
mod extension;
mod named;
mod options;

pub use enabled::EnabledExtensionManager;
pub use extension::{Extension, ExtensionManager, MapError};
pub use named::{NamedExtensionManager, Names};
pub use options::{LoadFailure, Options};
