//! Keys that extensions add to flavors.

use super::added_keys::{DbItems, Extended, Key};
pub use super::added_keys::{added_keys as flavor_keys, key};
use nova_objects::{Flavor, Tracked};

/// The flavors behind an answer.
pub type DbFlavors = DbItems<Flavor>;

/// A key that an extension adds to a flavor.
pub type FlavorKey = Key<Flavor>;

impl Extended for Flavor {
    type Row = Tracked<Self>;
    const MEMBER: &'static str = "flavor";
    const COLLECTION: &'static str = "flavors";
}
