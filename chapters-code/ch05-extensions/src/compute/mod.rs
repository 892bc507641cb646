//! The compute API's extensions, and what they share (`nova/api/openstack/compute`).

pub mod flavors;
pub mod options;
pub mod paging;
pub mod schemas;
pub mod servers;
pub mod status;
pub mod versions;
pub mod views;
