//! The hypervisor: what a host does with an instance that the scheduler sent it.
//!
//! A compute service claims the resources, has the hypervisor make the guest, and writes down
//! each step. It runs beside guests that anybody may have sent, so it is trusted with little:
//! all it knows of the cloud's rows is a [`Store`](nova_objects::Store), and the one it is given
//! is the conductor, asked over RPC.
//!
//! # Layout
//!
//! - [`driver`]: what a hypervisor must be able to do.
//! - [`hypervisor`]: the driver in use, and the seam at which each call of it is seen.
//! - [`fake`]: a hypervisor that only remembers.
//! - `libvirt`, with the feature of that name: guests on QEMU.
//! - [`usage`], [`claims`], [`resource_tracker`], [`move_claim`]: what instances take, and who may
//!   take it. `moves` says what those take that are on their way.
//! - [`manager`]: what can be asked of a host over RPC. Its methods: [`build`] and
//!   [`build_failure`], [`power`], [`reboot`], [`pause`], [`suspend`], [`rebuild`], [`snapshot`],
//!   [`soft_delete`], [`terminate`], [`console`], and [`init_host`].
//! - [`prep_resize`], [`resize`], [`confirm_resize`], [`revert_resize`]: its methods for a guest
//!   that changes its size, in the order in which they run, on two hosts.
//! - `group_policy`: the last look at the policy of a server group.
//! - `operation`, `event_reporter`, `instance_locks`, `old_vm_state`: what these methods have in
//!   common.
//! - [`service`]: what a host does without being asked. It listens to the hypervisor
//!   ([`lifecycle_events`]), and runs the `periodic_tasks`, each again and again:
//!   [`sync_power_states`], and what becomes of [`deleted_instances`].
//! - [`options`], [`error`]: what `nova.conf` may say, and what can go wrong.
//!
//! # In Nova
//!
//! | here | nova 13.0.0 |
//! |---|---|
//! | [`ComputeDriver`], [`Hypervisor`] | `nova/virt/driver.py` `ComputeDriver`, `load_compute_driver` |
//! | [`FakeDriver`] | `nova/virt/fake.py` `FakeDriver` |
//! | `LibvirtDriver` | `nova/virt/libvirt/driver.py` `LibvirtDriver` |
//! | [`Claim`], [`Usage`] | `nova/compute/claims.py` `Claim`, `nova/compute/stats.py` `Stats` |
//! | [`ResourceTracker`] | `nova/compute/resource_tracker.py` `ResourceTracker` |
//! | [`ComputeManager`] | `nova/compute/manager.py` `ComputeManager` |
//! | [`ComputeService`] | `nova/service.py` `Service`, `periodic_task` of the manager |
//! | [`LifecycleEvent`] | `nova/virt/event.py` `LifecycleEvent` |
//! | [`ComputeError`] | `nova/exception.py` |

pub mod build;
pub mod build_failure;
pub mod claims;
pub mod confirm_resize;
pub mod console;
pub mod deleted_instances;
pub mod driver;
pub mod error;
mod event_reporter;
pub mod fake;
mod group_policy;
pub mod hypervisor;
pub mod init_host;
mod instance_locks;
#[cfg(feature = "libvirt")]
pub mod libvirt;
pub mod lifecycle_events;
pub mod manager;
pub mod move_claim;
mod moves;
mod old_vm_state;
mod operation;
pub mod options;
pub mod pause;
mod periodic_tasks;
pub mod power;
pub mod prep_resize;
pub mod reboot;
pub mod rebuild;
pub mod resize;
pub mod resource_tracker;
pub mod revert_resize;
pub mod service;
pub mod snapshot;
pub mod soft_delete;
pub mod suspend;
pub mod sync_power_states;
pub mod terminate;
pub mod usage;

pub use claims::Claim;
pub use driver::{
    Arrived, ComputeDriver, ConsoleVnc, DRIVERS, DriverConstructor, LifecycleEvent, RebootType,
    Resources, Snapshot, Transition,
};
pub use error::ComputeError;
pub use fake::{FakeDriver, FakeSize};
pub use hypervisor::Hypervisor;
#[cfg(feature = "libvirt")]
pub use libvirt::LibvirtDriver;
pub use manager::{ComputeManager, Peers};
pub use options::{LibvirtOptions, Options, RunningDeletedInstanceAction};
pub use resource_tracker::ResourceTracker;
pub use service::ComputeService;
pub use usage::Usage;
