//! Which host?
//!
//! A request says what is needed: memory, disk, CPUs. The [`FilterScheduler`] asks a row of
//! filters which hosts could give it, asks the weighers which of those is best, and takes that
//! one. The [`SchedulerManager`] does this for the cloud: it hears `run_instance`, chooses, and
//! tells the compute service of the host to build.
//!
//! # Layout
//!
//! - [`manager`]: the service: `run_instance`, `select_destinations`; [`prep_resize`], for
//!   instances that change their size.
//! - [`filter_scheduler`]: one decision after the other.
//! - [`request`]: what is asked for, with all that has to be looked up for it.
//! - [`filters`], and below it a file a filter: what a filter is.
//! - [`weights`], and below it a file a weigher: what a weigher is, and how weights are made
//!   comparable.
//! - [`host_manager`], [`host_state`]: the hosts, as the scheduler believes them to be.
//! - [`report`]: how a decision came about, as data.
//! - [`options`], [`loadables`]: which filters and weighers are asked.
//! - [`error`]: why nothing was scheduled.
//!
//! Inside, `filter_handler` and `weight_handler` ask the filters and the weighers, `hosts` brings
//! rows and host states together, `retry` counts attempts, and `vm_state` tells the owner what failed.
//!
//! # In Nova
//!
//! | here | nova 13.0.0 |
//! |---|---|
//! | [`SchedulerManager`] | `nova/scheduler/manager.py` `SchedulerManager` |
//! | [`SchedulerManager::run_instance`] | `nova/conductor/manager.py` `ComputeTaskManager.build_instances`; in the scheduler itself until 2014 (Icehouse) |
//! | [`SchedulerManager::prep_resize`] | `nova/conductor/manager.py` `ComputeTaskManager._cold_migrate`; in the scheduler itself until 2014 (Icehouse) |
//! | [`FilterScheduler`] | `nova/scheduler/filter_scheduler.py` `FilterScheduler` |
//! | [`HostManager`], [`HostState`] | `nova/scheduler/host_manager.py` |
//! | [`filters`] | `nova/filters.py`, `nova/scheduler/filters/` |
//! | [`weights`] | `nova/weights.py`, `nova/scheduler/weights/` |
//! | [`loadables`] | `nova/loadables.py` |
//! | [`SchedulerError`] | `nova/exception.py` `NoValidHost`, `MaxRetriesExceeded` |

pub mod error;
mod filter_handler;
pub mod filter_scheduler;
pub mod filters;
pub mod host_manager;
pub mod host_state;
mod hosts;
pub mod loadables;
pub mod manager;
pub mod options;
pub mod prep_resize;
pub mod report;
pub mod request;
mod retry;
mod vm_state;
mod weight_handler;
pub mod weights;

pub use error::SchedulerError;
pub use filter_scheduler::FilterScheduler;
pub use filters::{BaseHostFilter, FILTERS, FilterConstructor, Verdict, Why};
pub use host_manager::HostManager;
pub use host_state::HostState;
pub use manager::SchedulerManager;
pub use options::Options;
pub use report::Report;
pub use request::{Group, Request};
pub use weights::{BaseHostWeigher, WEIGHERS, WeigherConstructor};
