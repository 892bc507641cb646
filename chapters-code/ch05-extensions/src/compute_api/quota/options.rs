//! The quotas of `nova.conf` (`nova/conf/quota.py`).

/// How much of everything a project may have, where no row says otherwise; -1 means no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// `[DEFAULT] quota_instances`.
    pub quota_instances: i64,
    /// `[DEFAULT] quota_cores`.
    pub quota_cores: i64,
    /// `[DEFAULT] quota_ram`, in MiB.
    pub quota_ram: i64,
    /// `[DEFAULT] quota_floating_ips`.
    pub quota_floating_ips: i64,
    /// `[DEFAULT] quota_fixed_ips`.
    pub quota_fixed_ips: i64,
    /// `[DEFAULT] quota_metadata_items`: notes on one server.
    pub quota_metadata_items: i64,
    /// `[DEFAULT] quota_injected_files`: files for one server.
    pub quota_injected_files: i64,
    /// `[DEFAULT] quota_injected_file_content_bytes`: how long one file may be.
    pub quota_injected_file_content_bytes: i64,
    /// `[DEFAULT] quota_injected_file_path_length`: how long the path of one may be.
    pub quota_injected_file_path_length: i64,
    /// `[DEFAULT] quota_security_groups`.
    pub quota_security_groups: i64,
    /// `[DEFAULT] quota_security_group_rules`: rules of one group.
    pub quota_security_group_rules: i64,
    /// `[DEFAULT] quota_key_pairs`: key pairs of one user.
    pub quota_key_pairs: i64,
    /// `[DEFAULT] quota_server_groups`.
    pub quota_server_groups: i64,
    /// `[DEFAULT] quota_server_group_members`: servers of one user in one group.
    pub quota_server_group_members: i64,
    /// `[quota] recheck_quota`: count again once the rows are written, so that of several requests
    /// at once not all take the last place. Pike brought it, in the reservations' stead.
    pub recheck_quota: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quota_instances: 10,
            quota_cores: 20,
            quota_ram: 51200,
            quota_floating_ips: 10,
            quota_fixed_ips: -1,
            quota_metadata_items: 128,
            quota_injected_files: 5,
            quota_injected_file_content_bytes: 10240,
            quota_injected_file_path_length: 255,
            quota_security_groups: 10,
            quota_security_group_rules: 20,
            quota_key_pairs: 100,
            quota_server_groups: 10,
            quota_server_group_members: 10,
            recheck_quota: true,
        }
    }
}
