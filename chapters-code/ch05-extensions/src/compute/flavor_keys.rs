//! Keys that extensions add to flavors.

pub use super::added_keys::{DbItems as DbFlavors, added_keys as flavor_keys, key};
use super::added_keys::{Extended, Key};
use nova_objects::Flavor;

/// A key that an extension adds to a flavor.
pub type FlavorKey = Key<Flavor>;

impl Extended for Flavor {
    const MEMBER: &'static str = "flavor";
    const COLLECTION: &'static str = "flavors";
}
