//! What is installed: mini-nova's site-packages.
//!
//! Each crate says in constants what it offers; this file says which crates there are. To install
//! one of your own, name it in `Cargo.toml` and add its line here.

use nova_compute::DriverConstructor;
use nova_extensions::ExtensionEntryPoint;
use nova_objects::Plugs;
use nova_paste::{EntryPoint, Registry};
use nova_scheduler::{filters::FilterConstructor, weights::WeigherConstructor};

/// What a paste file may name.
pub fn factories(plugs: Plugs) -> Registry {
    Registry::new(plugs)
        .install("Paste", nova_urlmap::PASTE_ENTRY_POINTS)
        .install("nova", nova_urlmap::ENTRY_POINTS)
        .install("nova", nova_pipeline::ENTRY_POINTS)
        .install("nova", nova_extensions::ENTRY_POINTS)
}

// ANCHOR: extensions
/// What the API is made of.
pub fn extensions() -> Vec<ExtensionEntryPoint> {
    [nova_extensions::EXTENSIONS].concat()
}
// ANCHOR_END: extensions

/// What the scheduler may be told to ask before it calls a host fit.
pub fn scheduler_filters() -> Vec<EntryPoint<FilterConstructor>> {
    [nova_scheduler::FILTERS].concat()
}

/// What it may be told to ask to find the best of the fit.
pub fn scheduler_weighers() -> Vec<EntryPoint<WeigherConstructor>> {
    [nova_scheduler::WEIGHERS].concat()
}

/// What may drive a hypervisor.
pub fn drivers() -> Vec<EntryPoint<DriverConstructor>> {
    [nova_compute::DRIVERS].concat()
}
