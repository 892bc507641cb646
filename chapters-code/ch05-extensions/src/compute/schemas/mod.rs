//! What bodies may say (`nova/api/openstack/compute/schemas`).

pub mod servers;
