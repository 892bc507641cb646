//! The driver in use, and the seam in front of it (`nova/virt/driver.py` `load_compute_driver`).

use crate::{
    Arrived, ComputeDriver, ComputeError, ConsoleVnc, DriverConstructor, LifecycleEvent, Options,
    RebootType, Resources, Snapshot,
};
use async_trait::async_trait;
use nova_objects::{
    Flavor, ImageApi, ImageMeta, Instance, Migration, NovaException, PowerState, RequestContext,
    hop, hop::Kind,
};
use nova_paste::EntryPoint;
use std::{panic::Location, sync::Arc, time::Duration};
use tokio::sync::mpsc::UnboundedSender;
use tracing::Instrument;

/// A driver that opens a hop for each thing it is asked, and hands it on to another.
#[derive(Clone)]
pub struct Hypervisor {
    driver: Arc<dyn ComputeDriver>,
    name: &'static str,
    location: &'static Location<'static>,
}

impl Hypervisor {
    /// The driver that `compute_driver` names, out of those `installed`. It gets its disks from
    /// `image_api`.
    ///
    /// # Errors
    ///
    /// No driver has that name, or it cannot be made as the options want it.
    pub fn load(
        installed: &[EntryPoint<DriverConstructor>],
        options: &Options,
        image_api: Arc<dyn ImageApi>,
    ) -> Result<Self, ComputeError> {
        let wanted = options.compute_driver.as_str();
        let found = installed.iter().find(|entry_point| entry_point.name == wanted);
        let entry_point = found.ok_or_else(|| ComputeError::DriverNotInstalled {
            name: wanted.to_owned(),
            installed: installed.iter().map(|known| known.name).collect::<Vec<_>>().join(", "),
        })?;
        let (_, name) = entry_point.name.rsplit_once('.').unwrap_or(("", entry_point.name));
        let driver = (entry_point.load)(options, image_api)?;
        Ok(Self { driver, name, location: entry_point.location })
    }

    /// A driver that is there already; its hops are called `name`.
    #[track_caller]
    pub fn new(name: &'static str, driver: Arc<dyn ComputeDriver>) -> Self {
        Self { driver, name, location: Location::caller() }
    }

    async fn pass<T>(
        &self,
        method: &str,
        work: impl Future<Output = Result<T, ComputeError>> + Send,
    ) -> Result<T, ComputeError> {
        let span = hop!(Kind::Driver, format_args!("{}.{method}", self.name), at = self.location);
        let told = async { work.await.inspect_err(|error| hop::failed(&error.class(), error)) };
        told.instrument(span).await
    }
}

#[async_trait]
impl ComputeDriver for Hypervisor {
    async fn init_host(&self, host: &str) -> Result<(), ComputeError> {
        self.pass("init_host", self.driver.init_host(host)).await
    }

    async fn cleanup_host(&self, host: &str) -> Result<(), ComputeError> {
        self.pass("cleanup_host", self.driver.cleanup_host(host)).await
    }

    fn register_event_listener(&self, listener: UnboundedSender<LifecycleEvent>) {
        self.driver.register_event_listener(listener);
    }

    async fn get_info(&self, instance: &Instance) -> Result<PowerState, ComputeError> {
        self.pass("get_info", self.driver.get_info(instance)).await
    }

    async fn list_instances(&self) -> Result<Vec<String>, ComputeError> {
        self.pass("list_instances", self.driver.list_instances()).await
    }

    async fn spawn(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        self.pass("spawn", self.driver.spawn(context, instance, image)).await
    }

    async fn destroy(
        &self,
        context: &RequestContext,
        instance: &Instance,
        destroy_disks: bool,
    ) -> Result<(), ComputeError> {
        self.pass("destroy", self.driver.destroy(context, instance, destroy_disks)).await
    }

    async fn power_off(
        &self,
        instance: &Instance,
        timeout: Duration,
        retry_interval: Duration,
    ) -> Result<(), ComputeError> {
        self.pass("power_off", self.driver.power_off(instance, timeout, retry_interval)).await
    }

    async fn power_on(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.pass("power_on", self.driver.power_on(context, instance)).await
    }

    async fn reboot(
        &self,
        context: &RequestContext,
        instance: &Instance,
        reboot_type: RebootType,
    ) -> Result<(), ComputeError> {
        self.pass("reboot", self.driver.reboot(context, instance, reboot_type)).await
    }

    async fn resume_state_on_host_boot(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        let work = self.driver.resume_state_on_host_boot(context, instance);
        self.pass("resume_state_on_host_boot", work).await
    }

    async fn pause(&self, instance: &Instance) -> Result<(), ComputeError> {
        self.pass("pause", self.driver.pause(instance)).await
    }

    async fn unpause(&self, instance: &Instance) -> Result<(), ComputeError> {
        self.pass("unpause", self.driver.unpause(instance)).await
    }

    async fn suspend(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.pass("suspend", self.driver.suspend(context, instance)).await
    }

    async fn resume(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.pass("resume", self.driver.resume(context, instance)).await
    }

    async fn get_console_output(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<String, ComputeError> {
        let said = async {
            let output = self.driver.get_console_output(context, instance).await;
            output.inspect(|output| hop::outcome(last_line(output)))
        };
        self.pass("get_console_output", said).await
    }

    async fn get_vnc_console(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<ConsoleVnc, ComputeError> {
        self.pass("get_vnc_console", self.driver.get_vnc_console(context, instance)).await
    }

    async fn snapshot(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<Snapshot, ComputeError> {
        self.pass("snapshot", self.driver.snapshot(context, instance)).await
    }

    async fn migrate_disk_and_power_off(
        &self,
        context: &RequestContext,
        instance: &Instance,
        dest: &str,
        flavor: &Flavor,
        timeout: Duration,
        retry_interval: Duration,
    ) -> Result<String, ComputeError> {
        let work = self.driver.migrate_disk_and_power_off(
            context,
            instance,
            dest,
            flavor,
            timeout,
            retry_interval,
        );
        self.pass("migrate_disk_and_power_off", work).await
    }

    async fn finish_migration(
        &self,
        context: &RequestContext,
        instance: &Instance,
        arrived: Arrived<'_>,
    ) -> Result<(), ComputeError> {
        self.pass("finish_migration", self.driver.finish_migration(context, instance, arrived))
            .await
    }

    async fn finish_revert_migration(
        &self,
        context: &RequestContext,
        instance: &Instance,
        power_on: bool,
    ) -> Result<(), ComputeError> {
        let work = self.driver.finish_revert_migration(context, instance, power_on);
        self.pass("finish_revert_migration", work).await
    }

    async fn confirm_migration(
        &self,
        migration: &Migration,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.pass("confirm_migration", self.driver.confirm_migration(migration, instance)).await
    }

    async fn get_host_uptime(&self) -> Result<String, ComputeError> {
        self.pass("get_host_uptime", self.driver.get_host_uptime()).await
    }

    async fn get_available_resource(&self, nodename: &str) -> Result<Resources, ComputeError> {
        self.pass("get_available_resource", self.driver.get_available_resource(nodename)).await
    }

    async fn get_available_nodes(&self) -> Result<Vec<String>, ComputeError> {
        self.pass("get_available_nodes", self.driver.get_available_nodes()).await
    }
}

/// The last line of a console, as far as it fits; what is no text in it is shown as such.
fn last_line(output: &str) -> String {
    let line = output.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    line.chars().take(60).collect::<String>().escape_debug().to_string()
}
