//! A driver that refuses guests that its host cannot run.

use async_trait::async_trait;
use kit::{DriverOver, Over, fake_driver};
use nova_compute::{ComputeDriver, ComputeError, DriverConstructor, FakeDriver};
use nova_objects::{ImageMeta, Instance, RequestContext};
use nova_paste::EntryPoint;
use std::sync::Arc;

/// `compute_driver = fake.PickyDriver`. Of all hosts, `host-2` has no UEFI.
pub const ENTRY_POINT: EntryPoint<DriverConstructor> = EntryPoint::new(
    "nova.virt.driver",
    "fake.PickyDriver",
    "workshop.picky:PickyDriver",
    |options, _image_api| {
        let has_uefi = options.host != "host-2";
        Ok(Arc::new(Over(PickyDriver { fake: fake_driver(options), has_uefi })))
    },
);

/// The fake driver, on a host whose firmware may be old.
pub struct PickyDriver {
    /// Who does the work.
    pub fake: FakeDriver,
    /// Has the host the firmware that some guests need?
    pub has_uefi: bool,
}

#[async_trait]
impl DriverOver for PickyDriver {
    fn inner(&self) -> &dyn ComputeDriver {
        &self.fake
    }

    /// Makes the guest, unless it needs what the host does not have.
    async fn spawn(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        // What does the image want? So far nobody asks.
        self.inner().spawn(context, instance, image).await
    }
}
