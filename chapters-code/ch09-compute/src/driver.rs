//! What a hypervisor must be able to do (`nova/virt/driver.py`).

use crate::{ComputeError, Options, fake};
use async_trait::async_trait;
use nova_objects::{
    ComputeNode, Flavor, ImageApi, ImageMeta, Instance, Migration, PowerState, RequestContext,
};
use nova_paste::EntryPoint;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::mpsc::UnboundedSender;

/// The drivers of this crate, by the names that `compute_driver` gives them.
pub const DRIVERS: &[EntryPoint<DriverConstructor>] = &[
    fake::ENTRY_POINT,
    #[cfg(feature = "libvirt")]
    crate::libvirt::ENTRY_POINT,
];

/// Makes a driver, as the options want it. The image service is where it gets its disks from.
pub type DriverConstructor =
    fn(&Options, Arc<dyn ImageApi>) -> Result<Arc<dyn ComputeDriver>, ComputeError>;

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

    /// Lets go of the hypervisor. Called once, after everything else. Guests that `host` will find
    /// again when it starts run on; those that it cannot find again end here.
    async fn cleanup_host(&self, host: &str) -> Result<(), ComputeError>;

    /// From now on `listener` is told what happens to guests, whoever is behind it. A driver that
    /// hears of nothing tells nothing.
    fn register_event_listener(&self, listener: UnboundedSender<LifecycleEvent>);

    /// What the guest is doing.
    ///
    /// # Errors
    ///
    /// [`ComputeError::InstanceNotFound`] if there is no such guest.
    async fn get_info(&self, instance: &Instance) -> Result<PowerState, ComputeError>;

    /// The names of all guests, running or not.
    async fn list_instances(&self) -> Result<Vec<String>, ComputeError>;

    // ANCHOR: spawn
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

    /// Switches the guest off and removes it, and with `destroy_disks` everything of it that is on
    /// this host, put aside or not. A guest that is not there counts as removed.
    async fn destroy(
        &self,
        context: &RequestContext,
        instance: &Instance,
        destroy_disks: bool,
    ) -> Result<(), ComputeError>;
    // ANCHOR_END: spawn

    /// Switches the guest off, and keeps it: it is asked to stop, again after each
    /// `retry_interval`, and after `timeout` it is not asked any more. A guest that is off stays
    /// off.
    async fn power_off(
        &self,
        instance: &Instance,
        timeout: Duration,
        retry_interval: Duration,
    ) -> Result<(), ComputeError>;

    /// Switches the guest on.
    async fn power_on(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError>;

    /// Starts the guest anew, whatever it is doing.
    async fn reboot(
        &self,
        context: &RequestContext,
        instance: &Instance,
        reboot_type: RebootType,
    ) -> Result<(), ComputeError>;

    /// Brings back a guest that ran before the host was started, unless it runs again, or is held,
    /// or its memory was put away: it is started anew. This is what Nova's libvirt driver does.
    async fn resume_state_on_host_boot(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        match self.get_info(instance).await {
            Ok(PowerState::Shutdown | PowerState::Crashed)
            | Err(ComputeError::InstanceNotFound { .. }) => {
                self.reboot(context, instance, RebootType::Hard).await
            }
            found => found.map(drop),
        }
    }

    /// Holds the guest; its memory stays where it is.
    async fn pause(&self, instance: &Instance) -> Result<(), ComputeError>;

    /// Lets a guest go on that was paused.
    async fn unpause(&self, instance: &Instance) -> Result<(), ComputeError>;

    /// Writes the guest's memory to disk, and switches it off.
    async fn suspend(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError>;

    /// Lets a guest go on that was suspended.
    async fn resume(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError>;

    /// All that the guest wrote to its console, and is still kept.
    ///
    /// # Errors
    ///
    /// [`ComputeError::InstanceNotFound`] if there is no such guest.
    async fn get_console_output(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<String, ComputeError>;

    /// Where the guest's screen is shown.
    ///
    /// # Errors
    ///
    /// [`ComputeError::ConsoleTypeUnavailable`] if the hypervisor shows none;
    /// [`ComputeError::InstanceNotFound`] if there is no such guest.
    async fn get_vnc_console(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<ConsoleVnc, ComputeError>;

    /// The content of the guest's root disk, as an image is to have it.
    ///
    /// Nova's drivers upload the image themselves. Here the manager does.
    ///
    /// # Errors
    ///
    /// [`ComputeError::InstanceNotFound`] if there is no such guest.
    async fn snapshot(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<Snapshot, ComputeError>;

    /// Switches the guest off as [`power_off`](Self::power_off) does, puts it aside, and brings its
    /// disks to `dest`, the address of the host where it is to be `flavor`. What is given back is
    /// for that host's [`finish_migration`](Self::finish_migration).
    async fn migrate_disk_and_power_off(
        &self,
        context: &RequestContext,
        instance: &Instance,
        dest: &str,
        flavor: &Flavor,
        timeout: Duration,
        retry_interval: Duration,
    ) -> Result<String, ComputeError>;

    /// Makes the guest that has arrived, in the size that `instance` has now.
    async fn finish_migration(
        &self,
        context: &RequestContext,
        instance: &Instance,
        arrived: Arrived<'_>,
    ) -> Result<(), ComputeError>;

    /// Brings back the guest that was put aside, for it is to stay here in its old size. If it
    /// was not put aside yet it is where it should be.
    async fn finish_revert_migration(
        &self,
        context: &RequestContext,
        instance: &Instance,
        power_on: bool,
    ) -> Result<(), ComputeError>;

    /// Removes the guest that was put aside, for it is to stay where it went.
    async fn confirm_migration(
        &self,
        migration: &Migration,
        instance: &Instance,
    ) -> Result<(), ComputeError>;

    /// How long the host has been up, as `uptime` says it.
    async fn get_host_uptime(&self) -> Result<String, ComputeError>;

    /// What the hypervisor called `nodename` has in all, used or not.
    async fn get_available_resource(&self, nodename: &str) -> Result<Resources, ComputeError>;

    /// The hypervisors behind this driver: one, unless it manages bare machines.
    async fn get_available_nodes(&self) -> Result<Vec<String>, ComputeError>;
}

/// How to start a guest anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RebootType {
    /// Ask the guest to do it.
    Soft,
    /// Switch it off and on.
    Hard,
}

/// Something happened to a guest (`nova/virt/event.py` `LifecycleEvent`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifecycleEvent {
    /// Whose guest it is: the UUID of the instance.
    pub uuid: String,
    /// What happened.
    pub transition: Transition,
}

/// What can happen to a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// It was switched on.
    Started,
    /// It is off, switched off or broken down.
    Stopped,
    /// It is held.
    Paused,
    /// It goes on.
    Resumed,
}

/// The content of a guest's root disk, in a file of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What an image is to say of it: `raw`, `qcow2`.
    pub disk_format: String,
    /// The file. Who asked for the snapshot removes it.
    pub path: PathBuf,
}

/// A guest's disks at the host that they were brought to, and what is to be made of them.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'a> {
    /// Where they come from.
    pub migration: &'a Migration,
    /// What the hypervisor that had them says of them.
    pub disk_info: &'a str,
    /// The image that the guest was made from.
    pub image: &'a ImageMeta,
    /// Are the disks to be of another size?
    pub resize_instance: bool,
    /// Is the guest to be switched on?
    pub power_on: bool,
}

/// Where a guest's screen is shown (`nova/console/type.py`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleVnc {
    /// The address that a proxy has to reach.
    pub host: String,
    /// The port there.
    pub port: u16,
    /// Which of the screens behind that port, if there are more.
    pub internal_access_path: Option<String>,
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
