//! What a filter is, and the filters there are (`nova/scheduler/filters/__init__.py`).

use crate::{HostState, loadables::Constructor};
use nova_objects::{FilterProperties, Limits, RequestSpec};
use nova_paste::EntryPoint;

pub mod compute_filter;
pub mod disk_filter;
pub(crate) mod named_hosts;
pub mod ram_filter;
pub mod retry_filter;

/// The filters of this crate.
pub const FILTERS: &[EntryPoint<FilterConstructor>] = &[
    compute_filter::ENTRY_POINT,
    disk_filter::ENTRY_POINT,
    ram_filter::ENTRY_POINT,
    retry_filter::ENTRY_POINT,
];

/// The namespace of their entry points.
pub const NAMESPACE: &str = "nova.scheduler.filters";

/// What makes a filter.
pub type FilterConstructor = Constructor<dyn BaseHostFilter>;

/// One question, asked of each host: could it take the instance?
pub trait BaseHostFilter: Send + Sync {
    /// Could `host` take what `spec` describes, in this attempt?
    fn host_passes(
        &self,
        host: &HostState,
        spec: &RequestSpec,
        filter_properties: &FilterProperties,
    ) -> Verdict;

    /// Is one answer good for all instances of a request? It is if taking an instance cannot
    /// change it.
    fn run_filter_once_per_request(&self) -> bool {
        false
    }
}

/// What a filter says of a host.
///
/// In Nova a filter answers `True` or `False`, logs why, and writes limits into the host it
/// looks at. Here all of that is the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It could, and may promise so much.
    Pass(Limits),
    /// It could not, and why: `needs 2048 MB, 512 MB usable`.
    Fail(String),
}

impl Verdict {
    /// It could, and this filter sets no limit.
    pub fn pass() -> Self {
        Self::Pass(Limits::default())
    }
}
