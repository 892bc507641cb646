//! The compute API's extensions, one file or folder each, and what they share
//! (`nova/api/openstack/compute`).
//!
//! What they share: [`added_keys`] ([`server_keys`], [`flavor_keys`]), [`options`], [`paging`],
//! [`status`], [`views`].

pub mod access_ips;
pub mod added_keys;
pub mod availability_zone;
pub mod block_device_mapping;
pub mod config_drive;
pub mod disk_config;
pub mod extended_availability_zone;
pub mod extended_server_attributes;
pub mod extended_status;
pub mod extended_volumes;
pub mod flavor_access;
pub mod flavor_keys;
pub mod flavor_manage;
pub mod flavor_rxtx;
pub mod flavors;
pub mod flavors_extraspecs;
pub mod keypairs;
pub mod multiple_create;
pub mod options;
pub mod paging;
pub mod personality;
pub mod scheduler_hints;
pub mod security_groups;
pub mod server_keys;
pub mod server_usage;
pub mod servers;
pub mod status;
pub mod user_data;
pub mod versions;
pub mod views;
