//! The other services, as one of ours reaches them.

pub mod compute;
pub mod conductor;
pub mod scheduler;

pub use compute::ComputeAPI;
pub use conductor::ConductorAPI;
pub use scheduler::SchedulerAPI;
