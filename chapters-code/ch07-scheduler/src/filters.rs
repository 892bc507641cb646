//! What a filter is, and the filters there are (`nova/scheduler/filters/__init__.py`).

use crate::{HostState, Request, loadables::Constructor};
use nova_objects::Limits;
use nova_paste::EntryPoint;
use std::{borrow::Cow, fmt};

pub mod affinity_filter;
pub mod all_hosts_filter;
pub mod availability_zone_filter;
pub mod compute_capabilities_filter;
pub mod compute_filter;
pub mod core_filter;
pub mod different_host_filter;
pub mod disk_filter;
pub mod extra_specs_ops;
pub mod image_props_filter;
pub mod io_ops_filter;
pub(crate) mod named_hosts;
pub mod num_instances_filter;
pub mod ram_filter;
pub mod retry_filter;
pub mod same_host_filter;

/// The filters of this crate.
pub const FILTERS: &[EntryPoint<FilterConstructor>] = &[
    all_hosts_filter::ENTRY_POINT,
    availability_zone_filter::ENTRY_POINT,
    compute_capabilities_filter::ENTRY_POINT,
    compute_filter::ENTRY_POINT,
    core_filter::ENTRY_POINT,
    different_host_filter::ENTRY_POINT,
    disk_filter::ENTRY_POINT,
    image_props_filter::ENTRY_POINT,
    io_ops_filter::ENTRY_POINT,
    num_instances_filter::ENTRY_POINT,
    ram_filter::ENTRY_POINT,
    retry_filter::ENTRY_POINT,
    same_host_filter::ENTRY_POINT,
    affinity_filter::AFFINITY,
    affinity_filter::ANTI_AFFINITY,
];

/// The namespace of their entry points.
pub const NAMESPACE: &str = "nova.scheduler.filters";

/// What makes a filter.
pub type FilterConstructor = Constructor<dyn BaseHostFilter>;

/// One question, asked of each host: could it take the instance?
pub trait BaseHostFilter: Send + Sync {
    /// Could `host` take what `request` is about?
    fn host_passes(&self, host: &HostState, request: &Request<'_>) -> Verdict;

    /// Keeps those of `places`, which are indexes into `hosts`, whose host passes: one call for all
    /// hosts, for there may be many (`filter_all` in `nova/filters.py`).
    fn filter_all(&self, places: &mut Vec<usize>, hosts: &[HostState], request: &Request<'_>) {
        places.retain(|&place| self.host_passes(&hosts[place], request).passes());
    }

    /// Is one answer good for all instances of a request? It is if taking an instance cannot
    /// change it.
    fn run_filter_once_per_request(&self) -> bool {
        false
    }
}

// ANCHOR: verdict
/// What a filter says of a host.
///
/// In Nova a filter answers `True` or `False`, logs why, and writes limits into the host it
/// looks at. Here all of that is the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It could.
    Pass,
    /// It could, and may promise so much.
    PassWithin(Limits),
    /// It could not, and why.
    Fail(Why),
}
// ANCHOR_END: verdict

impl Verdict {
    /// It could not, for a reason in words.
    pub fn fail(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Fail(Why::Words(why.into()))
    }

    /// Could it?
    pub fn passes(&self) -> bool {
        !matches!(self, Self::Fail(_))
    }

    /// It could if `passes`; else it could not, and `why`.
    pub fn of(passes: bool, why: &'static str) -> Self {
        if passes { Self::Pass } else { Self::fail(why) }
    }
}

/// Why a host is failed.
///
/// A filter may fail a hundred thousand hosts, and only some are shown. So a lack is kept as
/// numbers, and put into words when somebody reads them.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// The reason in words.
    Words(Cow<'static, str>),
    /// There is too little of something.
    Lack {
        /// How much of it the instance needs.
        needs: i64,
        /// How much of it there is.
        has: i64,
        /// What it is: `MB`.
        unit: &'static str,
        /// Which part of it `has` counts: `usable`, or `in all`.
        part: &'static str,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Lack { needs, has, unit, part } => {
                write!(f, "needs {needs} {unit}, {has} {unit} {part}")
            }
        }
    }
}
