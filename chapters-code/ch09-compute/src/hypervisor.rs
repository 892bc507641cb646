//! The driver in use, and the seam in front of it (`nova/virt/driver.py` `load_compute_driver`).

use crate::{ComputeDriver, ComputeError, DriverConstructor, Options, Resources};
use async_trait::async_trait;
use nova_objects::{ImageMeta, Instance, PowerState, RequestContext, hop, hop::Kind};
use nova_paste::EntryPoint;
use std::{panic::Location, sync::Arc};
use tracing::Instrument;

/// A driver that opens a hop for each thing it is asked, and hands it on to another.
#[derive(Clone)]
pub struct Hypervisor {
    driver: Arc<dyn ComputeDriver>,
    name: &'static str,
    location: &'static Location<'static>,
}

impl Hypervisor {
    /// The driver that `compute_driver` names, out of those `installed`.
    ///
    /// # Errors
    ///
    /// No driver has that name, or it cannot be made as the options want it.
    pub fn load(
        installed: &[EntryPoint<DriverConstructor>],
        options: &Options,
    ) -> Result<Self, ComputeError> {
        let wanted = options.compute_driver.as_str();
        let found = installed.iter().find(|entry_point| entry_point.name == wanted);
        let entry_point = found.ok_or_else(|| ComputeError::DriverNotInstalled {
            name: wanted.to_owned(),
            installed: installed.iter().map(|known| known.name).collect::<Vec<_>>().join(", "),
        })?;
        let (_, name) = entry_point.name.rsplit_once('.').unwrap_or(("", entry_point.name));
        let driver = (entry_point.load)(options)?;
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
        let told = async { work.await.inspect_err(|error| hop::outcome(error)) };
        told.instrument(span).await
    }
}

#[async_trait]
impl ComputeDriver for Hypervisor {
    async fn init_host(&self, host: &str) -> Result<(), ComputeError> {
        self.pass("init_host", self.driver.init_host(host)).await
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
    ) -> Result<(), ComputeError> {
        self.pass("destroy", self.driver.destroy(context, instance)).await
    }

    async fn power_off(&self, instance: &Instance) -> Result<(), ComputeError> {
        self.pass("power_off", self.driver.power_off(instance)).await
    }

    async fn power_on(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        self.pass("power_on", self.driver.power_on(context, instance)).await
    }

    async fn get_available_resource(&self, nodename: &str) -> Result<Resources, ComputeError> {
        self.pass("get_available_resource", self.driver.get_available_resource(nodename)).await
    }

    async fn get_available_nodes(&self) -> Result<Vec<String>, ComputeError> {
        self.pass("get_available_nodes", self.driver.get_available_nodes()).await
    }
}
