//! What a stage asks of a later one.
//!
//! The API of chapter 5 has to reach a scheduler, the compute services and the image service,
//! but it is built before they are. So it says here what it needs, and chapters 6 and 11 keep
//! the promise. (`nova/scheduler/rpcapi.py`, `nova/compute/rpcapi.py`, `nova/image/api.py`.)

mod compute;
mod image;
mod scheduler;

pub use compute::{
    BuildAndRunInstance, ComputeRpc, FinishResize, GetConsoleOutput, GetVncConsole,
    MigratedInstance, OneInstance, PrepResize, RebootInstance, RebuildInstance, ResizeInstance,
    SnapshotInstance,
};
pub use image::{ImageApi, ImageQuery};
pub use scheduler::{RunInstance, SchedulerRpc, SelectDestinations};
