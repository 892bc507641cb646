//! Guests on QEMU, by way of libvirt (`nova/virt/libvirt/`).
//!
//! - `host`: the connection. `events`: what libvirt says without being asked.
//! - `guest`: one guest, as libvirt has it.
//! - `config`: the XML of a guest, as types. `guest_config`: from an instance to those types.
//! - `image_cache`, `qemu_img`, `instance_dir`, `state_path`, `files`: the files of guests.
//! - `reconnect`: what an earlier process has left.
//! - `spawn`, `power`, `migration`, `resources`, `console`,
//!   `snapshot`: what the driver is asked for.

mod capabilities;
mod config;
mod console;
mod events;
mod files;
mod guest;
mod guest_config;
mod host;
mod image_cache;
mod instance_dir;
mod migration;
mod power;
mod qemu_img;
mod reconnect;
mod resources;
mod snapshot;
mod spawn;
mod state_path;

use crate::{
    Arrived, ComputeDriver, ComputeError, ConsoleVnc, DriverConstructor, LibvirtOptions,
    LifecycleEvent, Options, RebootType, Resources, Snapshot,
};
use async_trait::async_trait;
use guest_config::HostConfig;
use host::Host;
use image_cache::ImageCache;
use instance_dir::InstanceDir;
use nova_objects::{Flavor, ImageApi, ImageMeta, Instance, Migration, PowerState, RequestContext};
use nova_paste::EntryPoint;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use state_path::StatePath;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{OnceCell, mpsc::UnboundedSender};
use uuid::Uuid;

/// `compute_driver = libvirt.LibvirtDriver`.
pub const ENTRY_POINT: EntryPoint<DriverConstructor> = EntryPoint::new(
    "nova.virt.driver",
    "libvirt.LibvirtDriver",
    "nova.virt.libvirt.driver:LibvirtDriver",
    |options: &Options, image_api| Ok(Arc::new(LibvirtDriver::new(options, image_api)?)),
);

/// Guests that are processes of this machine: QEMU's, started and watched by libvirt.
///
/// Unless `connection_uri` says otherwise, libvirt runs in this process (`qemu:///embed`), with
/// its files in `state_path`: then there can be one such driver in a process, and only one
/// process for a `state_path`. The guests are processes of their own and outlive it.
///
/// Without a `state_path` everything is in a temporary folder that goes with the process, and so
/// do the guests.
pub struct LibvirtDriver {
    host: Host,
    /// Where the libvirt in this process has its files, if it is in this process.
    root: Option<PathBuf>,
    images: ImageCache,
    instances_path: PathBuf,
    options: LibvirtOptions,
    my_ip: String,
    host_config: OnceCell<HostConfig>,
    /// Last: what is temporary goes when nothing is connected any more.
    state: StatePath,
}

impl LibvirtDriver {
    /// A driver of the libvirt that `options` name. Nobody is asked anything yet.
    ///
    /// # Errors
    ///
    /// The folder for the state cannot be made, or its path is too long for sockets.
    pub fn new(options: &Options, image_api: Arc<dyn ImageApi>) -> Result<Self, ComputeError> {
        let state = StatePath::open(options.state_path.as_deref())?;
        let root = match options.libvirt.connection_uri {
            Some(_) => None,
            None => Some(state.libvirt_root()?),
        };
        let embedded = root.as_deref().map(embedded_uri);
        let uri = options.libvirt.connection_uri.clone().or(embedded).unwrap_or_default();
        let instances_path = state.instances_path();
        Ok(Self {
            host: Host::new(&uri),
            root,
            images: ImageCache::new(&instances_path, image_api),
            instances_path,
            options: options.libvirt.clone(),
            my_ip: options.my_ip.clone(),
            host_config: OnceCell::new(),
            state,
        })
    }

    /// The folder of the guest. Messages say what instances are called, and a name that is no UUID
    /// could lead anywhere.
    fn dir(&self, instance: &Instance) -> Result<InstanceDir, ComputeError> {
        let uuid = Uuid::try_parse(&instance.uuid)
            .map_err(|error| ComputeError::Hypervisor(format!("{}: {error}", instance.uuid)))?;
        Ok(InstanceDir::at(self.instances_path.join(uuid.to_string())))
    }
}

/// Where the libvirt is that has its files in `root`, and no process of its own.
fn embedded_uri(root: &Path) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.');
    let root = root.display().to_string();
    format!("qemu:///embed?root={}", utf8_percent_encode(&root, RESERVED))
}

#[async_trait]
impl ComputeDriver for LibvirtDriver {
    async fn init_host(&self, _host: &str) -> Result<(), ComputeError> {
        self.forget_interrupted_starts().await?;
        self.host_config().await?;
        self.wait_until_reconnected().await
    }

    async fn cleanup_host(&self, _host: &str) -> Result<(), ComputeError> {
        if self.state.is_temporary() {
            self.end_own_guests().await?;
        }
        self.host.close().await;
        Ok(())
    }

    fn register_event_listener(&self, listener: UnboundedSender<LifecycleEvent>) {
        self.host.listener().set(listener);
    }

    async fn get_info(&self, instance: &Instance) -> Result<PowerState, ComputeError> {
        self.host.guest(instance, guest::Guest::power_state).await
    }

    async fn list_instances(&self) -> Result<Vec<String>, ComputeError> {
        self.host.list_guests(guest::Guest::name).await
    }

    async fn spawn(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        self.do_spawn(context, instance, image).await
    }

    async fn destroy(
        &self,
        _context: &RequestContext,
        instance: &Instance,
        destroy_disks: bool,
    ) -> Result<(), ComputeError> {
        self.do_destroy(instance, destroy_disks).await
    }

    async fn power_off(
        &self,
        instance: &Instance,
        timeout: Duration,
        retry_interval: Duration,
    ) -> Result<(), ComputeError> {
        let off = async {
            self.clean_shutdown(instance, timeout, retry_interval).await?;
            self.host.guest(instance, guest::Guest::poweroff).await
        };
        match off.await {
            // Who is not there is off.
            Err(ComputeError::InstanceNotFound { .. }) => Ok(()),
            off => off,
        }
    }

    async fn power_on(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.hard_reboot(context, instance).await
    }

    async fn reboot(
        &self,
        context: &RequestContext,
        instance: &Instance,
        reboot_type: RebootType,
    ) -> Result<(), ComputeError> {
        if reboot_type == RebootType::Soft && self.soft_reboot(instance).await? {
            return Ok(());
        }
        self.hard_reboot(context, instance).await
    }

    async fn pause(&self, instance: &Instance) -> Result<(), ComputeError> {
        self.host.guest(instance, guest::Guest::pause).await
    }

    async fn unpause(&self, instance: &Instance) -> Result<(), ComputeError> {
        self.host.guest(instance, guest::Guest::resume).await
    }

    async fn suspend(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.host.guest(instance, guest::Guest::save_memory_state).await
    }

    async fn resume(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.host.guest(instance, guest::Guest::launch).await?;
        self.wait_for_running(instance).await
    }

    async fn get_console_output(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<String, ComputeError> {
        self.console_output(instance).await
    }

    async fn get_vnc_console(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<ConsoleVnc, ComputeError> {
        self.vnc_console(instance).await
    }

    async fn snapshot(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<Snapshot, ComputeError> {
        self.do_snapshot(instance).await
    }

    async fn migrate_disk_and_power_off(
        &self,
        _context: &RequestContext,
        instance: &Instance,
        _dest: &str,
        flavor: &Flavor,
        timeout: Duration,
        retry_interval: Duration,
    ) -> Result<String, ComputeError> {
        self.put_aside(instance, flavor, timeout, retry_interval).await
    }

    async fn finish_migration(
        &self,
        context: &RequestContext,
        instance: &Instance,
        arrived: Arrived<'_>,
    ) -> Result<(), ComputeError> {
        self.do_finish_migration(context, instance, arrived).await
    }

    async fn finish_revert_migration(
        &self,
        context: &RequestContext,
        instance: &Instance,
        power_on: bool,
    ) -> Result<(), ComputeError> {
        self.bring_back(context, instance, power_on).await
    }

    async fn confirm_migration(
        &self,
        migration: &Migration,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.drop_aside(migration, instance).await
    }

    async fn get_host_uptime(&self) -> Result<String, ComputeError> {
        resources::uptime().await
    }

    async fn get_available_resource(&self, _nodename: &str) -> Result<Resources, ComputeError> {
        self.resources().await
    }

    async fn get_available_nodes(&self) -> Result<Vec<String>, ComputeError> {
        Ok(vec![self.host.run(virt::connect::Connect::hostname).await?])
    }
}
