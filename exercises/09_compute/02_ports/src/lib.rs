//! A driver that shows screens at a few ports.

use async_trait::async_trait;
use kit::{DriverOver, Over, fake_driver};
use nova_compute::{ComputeDriver, ComputeError, ConsoleVnc, DriverConstructor};
use nova_objects::{ImageMeta, Instance, RequestContext};
use nova_paste::EntryPoint;
use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// `compute_driver = fake.PortsDriver`: each host has one port.
pub const ENTRY_POINT: EntryPoint<DriverConstructor> = EntryPoint::new(
    "nova.virt.driver",
    "fake.PortsDriver",
    "workshop.ports:PortsDriver",
    |options, _image_api| {
        let fake = Box::new(fake_driver(options));
        Ok(Arc::new(Over(PortsDriver::new(fake, 5900..=5900))))
    },
);

/// A driver, and the ports at which the screens of its guests are shown.
pub struct PortsDriver {
    inner: Box<dyn ComputeDriver>,
    /// All there are.
    ports: RangeInclusive<u16>,
    /// The port of each guest, by the UUID of its instance.
    taken: Mutex<BTreeMap<String, u16>>,
}

impl PortsDriver {
    /// `inner` does the work; there are these ports.
    pub fn new(inner: Box<dyn ComputeDriver>, ports: RangeInclusive<u16>) -> Self {
        Self { inner, ports, taken: Mutex::default() }
    }

    /// Who has which port, locked: let go of it before you wait for anything.
    fn taken(&self) -> MutexGuard<'_, BTreeMap<String, u16>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl DriverOver for PortsDriver {
    fn inner(&self) -> &dyn ComputeDriver {
        &*self.inner
    }

    /// Makes the guest, with a port of its own.
    async fn spawn(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        // So far it takes no port.
        self.inner().spawn(context, instance, image).await
    }

    /// Removes the guest; its port is free then.
    async fn destroy(
        &self,
        context: &RequestContext,
        instance: &Instance,
        destroy_disks: bool,
    ) -> Result<(), ComputeError> {
        self.inner().destroy(context, instance, destroy_disks).await
    }

    /// At which port the guest's screen is shown.
    async fn get_vnc_console(
        &self,
        _context: &RequestContext,
        instance: &Instance,
    ) -> Result<ConsoleVnc, ComputeError> {
        // Which one is it? `instance.uuid` says whose.
        console(*self.ports.start())
    }
}

/// A screen at that port of this host.
fn console(port: u16) -> Result<ConsoleVnc, ComputeError> {
    Ok(ConsoleVnc { host: "127.0.0.1".into(), port, internal_access_path: None })
}
