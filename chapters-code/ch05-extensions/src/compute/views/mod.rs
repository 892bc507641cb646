//! How rows are shown (`nova/api/openstack/compute/views`).

pub mod flavors;
pub mod images;
pub mod keypairs;
pub mod links;
pub mod servers;
pub mod versions;

pub use links::Links;
