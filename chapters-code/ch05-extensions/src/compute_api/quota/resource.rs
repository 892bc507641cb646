//! What there are quotas for (`nova/quota.py` `resources`).

use super::QuotaOptions;

/// Something of which a project may have so much and no more.
#[derive(Clone, Copy, Debug)]
pub struct QuotaResource {
    /// Its name, in rows and in the API: `instances`.
    pub name: &'static str,
    /// Is it the business of a network service? From 2.36 on, the API does not speak of those.
    pub of_network: bool,
    /// What the configuration allows.
    pub default: fn(&QuotaOptions) -> i64,
}

/// All of them.
///
/// Only `instances`, `cores`, `ram` and `server_groups` are used up by a project; the others say
/// how much one thing may have, or count what this cloud has not.
pub const RESOURCES: &[QuotaResource] = &[
    own("instances", |options| options.quota_instances),
    own("cores", |options| options.quota_cores),
    own("ram", |options| options.quota_ram),
    of_network("security_groups", |options| options.quota_security_groups),
    of_network("floating_ips", |options| options.quota_floating_ips),
    of_network("fixed_ips", |options| options.quota_fixed_ips),
    own("metadata_items", |options| options.quota_metadata_items),
    own("injected_files", |options| options.quota_injected_files),
    own("injected_file_content_bytes", |options| options.quota_injected_file_content_bytes),
    own("injected_file_path_bytes", |options| options.quota_injected_file_path_length),
    of_network("security_group_rules", |options| options.quota_security_group_rules),
    own("key_pairs", |options| options.quota_key_pairs),
    own("server_groups", |options| options.quota_server_groups),
    own("server_group_members", |options| options.quota_server_group_members),
];

const fn own(name: &'static str, default: fn(&QuotaOptions) -> i64) -> QuotaResource {
    QuotaResource { name, of_network: false, default }
}

const fn of_network(name: &'static str, default: fn(&QuotaOptions) -> i64) -> QuotaResource {
    QuotaResource { name, of_network: true, default }
}
