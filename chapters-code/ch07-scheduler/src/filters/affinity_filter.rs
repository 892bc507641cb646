//! `nova/scheduler/filters/affinity_filter.py` `_GroupAffinityFilter`, `_GroupAntiAffinityFilter`:
//! two filters, for they are one another's mirror image.

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `ServerGroupAffinityFilter`, to be installed.
pub const AFFINITY: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "ServerGroupAffinityFilter",
    "nova.scheduler.filters.affinity_filter:ServerGroupAffinityFilter",
    |_options| Box::new(ServerGroupAffinityFilter),
);

/// `ServerGroupAntiAffinityFilter`, to be installed.
pub const ANTI_AFFINITY: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "ServerGroupAntiAffinityFilter",
    "nova.scheduler.filters.affinity_filter:ServerGroupAntiAffinityFilter",
    |_options| Box::new(ServerGroupAntiAffinityFilter),
);

/// Where a group wants to be all on one host: passes the host that has its first member, and each
/// host while there is none.
pub struct ServerGroupAffinityFilter;

impl BaseHostFilter for ServerGroupAffinityFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let Some(group) = &request.instance_group else { return Verdict::Pass };
        let together = group.has("affinity") && !group.hosts.is_empty();
        Verdict::of(!together || group.hosts.contains(&host.host), "is not where the group is")
    }
}

/// Where a group wants no two members on one host: passes hosts that have none of them.
pub struct ServerGroupAntiAffinityFilter;

impl BaseHostFilter for ServerGroupAntiAffinityFilter {
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict {
        let Some(group) = &request.instance_group else { return Verdict::Pass };
        let apart = group.has("anti-affinity");
        Verdict::of(!apart || !group.hosts.contains(&host.host), "has a member of the group")
    }
}
