//! `nova/scheduler/filters/io_ops_filter.py`

use super::{BaseHostFilter, FilterConstructor, NAMESPACE, Verdict};
use crate::{HostState, Request};
use nova_paste::EntryPoint;

/// `IoOpsFilter`, to be installed.
pub const ENTRY_POINT: EntryPoint<FilterConstructor> = EntryPoint::new(
    NAMESPACE,
    "IoOpsFilter",
    "nova.scheduler.filters.io_ops_filter:IoOpsFilter",
    |options| Box::new(IoOpsFilter { max_io_ops_per_host: options.max_io_ops_per_host }),
);

/// Passes hosts on which not too many instances are busy: being built, resized, or copied.
pub struct IoOpsFilter {
    /// So many are too many.
    pub max_io_ops_per_host: i64,
}

impl BaseHostFilter for IoOpsFilter {
    fn host_passes(&self, host: &HostState, _request: &Request<'_>) -> Verdict {
        Verdict::of(host.num_io_ops < self.max_io_ops_per_host, "is busy with too many instances")
    }
}
