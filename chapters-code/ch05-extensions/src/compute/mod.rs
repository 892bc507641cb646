//! The compute API's extensions, one file or folder each, and what they share
//! (`nova/api/openstack/compute`).
//!
//! What they share: [`added_keys`] ([`server_keys`], [`flavor_keys`], [`image_key`]),
//! [`server_actions`], `metadata`, [`options`], [`paging`], [`status`], [`views`].

pub mod access_ips;
pub mod added_keys;
pub mod admin_actions;
pub mod aggregates;
pub mod availability_zone;
pub mod block_device_mapping;
pub mod config_drive;
pub mod console_output;
pub mod deferred_delete;
pub mod disk_config;
pub mod extended_availability_zone;
pub mod extended_server_attributes;
pub mod extended_status;
pub mod extended_volumes;
pub mod extension_info;
pub mod flavor_access;
pub mod flavor_keys;
pub mod flavor_manage;
pub mod flavor_rxtx;
pub mod flavors;
pub mod flavors_extraspecs;
pub mod hide_server_addresses;
pub mod hosts;
pub mod hypervisors;
pub mod image_key;
pub mod image_metadata;
pub mod image_size;
pub mod images;
pub mod instance_actions;
pub mod ips;
pub mod keypairs;
pub mod limits;
pub mod lock_server;
mod metadata;
pub mod multiple_create;
pub mod options;
pub mod paging;
pub mod pause_server;
pub mod personality;
pub mod quota_sets;
pub mod remote_consoles;
pub mod scheduler_hints;
pub mod security_groups;
pub mod server_actions;
pub mod server_groups;
pub mod server_keys;
pub mod server_metadata;
pub mod server_tags;
pub mod server_usage;
pub mod servers;
pub mod services;
pub mod simple_tenant_usage;
pub mod status;
pub mod suspend_server;
pub mod used_limits;
pub mod user_data;
pub mod versions;
pub mod views;
