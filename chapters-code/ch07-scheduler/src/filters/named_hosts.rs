//! Hosts called by name in the request (`nova/scheduler/host_manager.py` `get_filtered_hosts`:
//! `_strip_ignore_hosts`, `_match_forced_hosts`). No filter in Nova, but the same question.

use super::{BaseHostFilter, Verdict};
use crate::HostState;
use nova_objects::{FilterProperties, RequestSpec};

/// Passes hosts that the request does not tell to ignore.
pub(crate) struct IgnoreHosts;

impl BaseHostFilter for IgnoreHosts {
    fn host_passes(
        &self,
        host: &HostState,
        _spec: &RequestSpec,
        filter_properties: &FilterProperties,
    ) -> Verdict {
        if names(&filter_properties.ignore_hosts, host) {
            Verdict::Fail("is to be ignored".into())
        } else {
            Verdict::pass()
        }
    }
}

/// Passes hosts that the request insists on.
pub(crate) struct ForceHosts;

impl BaseHostFilter for ForceHosts {
    fn host_passes(
        &self,
        host: &HostState,
        _spec: &RequestSpec,
        filter_properties: &FilterProperties,
    ) -> Verdict {
        if names(&filter_properties.force_hosts, host) {
            Verdict::pass()
        } else {
            Verdict::Fail("is not the one asked for".into())
        }
    }
}

fn names(hosts: &[String], host: &HostState) -> bool {
    hosts.iter().any(|name| name.eq_ignore_ascii_case(&host.host))
}
