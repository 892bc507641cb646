//! What a hypervisor must be able to do (`nova/virt/driver.py`).

use crate::{ComputeError, Options, fake};
use async_trait::async_trait;
use nova_objects::{ComputeNode, ImageMeta, Instance, PowerState, RequestContext};
use nova_paste::EntryPoint;
use std::sync::Arc;

/// The drivers of this crate, by the names that `compute_driver` gives them.
pub const DRIVERS: &[EntryPoint<DriverConstructor>] = &[fake::ENTRY_POINT];

/// Makes a driver, as the options want it.
pub type DriverConstructor = fn(&Options) -> Result<Arc<dyn ComputeDriver>, ComputeError>;

/// A hypervisor, as the compute manager sees it.
///
/// Nova's contract has some hundred methods. These are the ones without which there is no guest.
/// None of them touches a row: a driver does what it is told, and the manager writes down what
/// came of it.
///
/// # Errors
///
/// Each method may fail with [`ComputeError::Hypervisor`], in the hypervisor's own words.
#[async_trait]
pub trait ComputeDriver: Send + Sync {
    /// Gets ready to work for `host`. Called once, before anything else.
    async fn init_host(&self, host: &str) -> Result<(), ComputeError>;

    /// What the guest is doing.
    ///
    /// # Errors
    ///
    /// [`ComputeError::InstanceNotFound`] if there is no such guest.
    async fn get_info(&self, instance: &Instance) -> Result<PowerState, ComputeError>;

    /// The names of all guests, running or not.
    async fn list_instances(&self) -> Result<Vec<String>, ComputeError>;

    /// Makes the guest and switches it on.
    ///
    /// # Errors
    ///
    /// The hypervisor could not; what is left of the guest is for
    /// [`destroy`](Self::destroy) to remove.
    async fn spawn(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
    ) -> Result<(), ComputeError>;

    /// Switches the guest off and removes it. A guest that is not there counts as removed.
    async fn destroy(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError>;

    /// Switches the guest off, and keeps it.
    async fn power_off(&self, instance: &Instance) -> Result<(), ComputeError>;

    /// Switches the guest on.
    async fn power_on(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError>;

    /// What the hypervisor called `nodename` has in all, used or not.
    async fn get_available_resource(&self, nodename: &str) -> Result<Resources, ComputeError>;

    /// The hypervisors behind this driver: one, unless it manages bare machines.
    async fn get_available_nodes(&self) -> Result<Vec<String>, ComputeError>;
}

/// What a hypervisor is, and what it has in all.
#[derive(Clone, Debug, PartialEq)]
pub struct Resources {
    /// CPUs.
    pub vcpus: i64,
    /// Memory, in MiB.
    pub memory_mb: i64,
    /// Disk, in GiB.
    pub local_gb: i64,
    /// `fake`, `QEMU`.
    pub hypervisor_type: String,
    /// Its version as one number: 1.2.3 is 1002003.
    pub hypervisor_version: i64,
    /// Its own name.
    pub hypervisor_hostname: String,
    /// What its CPU is, as JSON text.
    pub cpu_info: String,
    /// `[architecture, hypervisor, mode]`: what kinds of guests it runs.
    pub supported_instances: Vec<[String; 3]>,
    /// What the file system says is free, in GiB, where the driver asks it.
    pub disk_available_least: Option<i64>,
}

impl Resources {
    /// Writes them into the row of the hypervisor (`_copy_resources`).
    pub fn copy_to(self, node: &mut ComputeNode) {
        node.vcpus = self.vcpus;
        node.memory_mb = self.memory_mb;
        node.local_gb = self.local_gb;
        node.hypervisor_type = self.hypervisor_type;
        node.hypervisor_version = self.hypervisor_version;
        node.hypervisor_hostname = self.hypervisor_hostname;
        node.cpu_info = self.cpu_info;
        node.supported_instances = self.supported_instances;
        node.disk_available_least = self.disk_available_least;
    }
}
