//! The compute API's extensions, one file each (`nova/api/openstack/compute`).

pub mod flavors;
pub mod options;
pub mod paging;
pub mod schemas;
pub mod servers;
pub mod status;
pub mod versions;
pub mod views;
