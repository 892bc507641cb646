//! Hosts called by name in the request (`nova/scheduler/host_manager.py` `get_filtered_hosts`:
//! `_strip_ignore_hosts`, `_match_forced_hosts`, `_match_forced_nodes`). No filters in Nova, but the
//! same question.

use super::{BaseHostFilter, Verdict};
use crate::{HostState, Request};

/// Passes hosts that the request does not tell to ignore.
pub(crate) struct IgnoreHosts;

impl BaseHostFilter for IgnoreHosts {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let ignored = names(&request.filter_properties.ignore_hosts, &host.host);
        Verdict::of(!ignored, "is to be ignored")
    }
}

/// Passes hosts that the request insists on.
pub(crate) struct ForceHosts;

impl BaseHostFilter for ForceHosts {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let forced = names(&request.filter_properties.force_hosts, &host.host);
        Verdict::of(forced, "is not the host asked for")
    }
}

/// Passes hypervisors that the request insists on.
pub(crate) struct ForceNodes;

impl BaseHostFilter for ForceNodes {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let forced = names(&request.filter_properties.force_nodes, &host.nodename);
        Verdict::of(forced, "is not the node asked for")
    }
}

fn names(names: &[String], host: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(host))
}
