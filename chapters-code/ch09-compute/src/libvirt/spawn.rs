//! A guest is made, and removed (`LibvirtDriver.spawn`, `destroy`).

use super::{
    LibvirtDriver,
    files::{blocking, remove_file},
    guest::Guest,
    guest_config::get_guest_config,
    instance_dir::InstanceDir,
    qemu_img,
};
use crate::{ComputeDriver, ComputeError};
use nova_objects::{Flavor, ImageMeta, Instance, PowerState, RequestContext};
use std::{fs, path::Path, time::Duration};
use tokio::time::{Instant, sleep};

/// A GiB, in bytes.
pub(super) const GIB: u64 = 1 << 30;

/// A MiB, in bytes.
const MIB: u64 = 1 << 20;

/// How long a guest may take from being switched on to running.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// How often a guest is looked at that somebody waits for.
pub(super) const POLL: Duration = Duration::from_millis(100);

impl LibvirtDriver {
    // ANCHOR: do_spawn
    pub(super) async fn do_spawn(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        let dir = self.dir(instance)?;
        self.create_image(context, instance, image, &dir).await?;
        let xml = self.get_guest_xml(context, instance, &dir).await?;
        self.create_domain(instance, xml, true).await
    }
    // ANCHOR_END: do_spawn

    /// Makes the disks: the first has the content of the image until the guest writes to it.
    async fn create_image(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image: &ImageMeta,
        dir: &InstanceDir,
    ) -> Result<(), ComputeError> {
        dir.create().await?;
        let root = bytes(instance.flavor.root_gb, GIB);
        if image.id.is_empty() {
            qemu_img::create(&dir.file("disk"), root.unwrap_or(GIB)).await?;
        } else {
            let base = self.images.get(context, image, root).await?;
            qemu_img::create_cow_image(&base, &dir.file("disk"), root).await?;
        }
        self.create_other_disks(instance, dir).await
    }

    /// Makes the empty disks that the flavor has besides. One that is there, because the guest had
    /// it in another size, grows.
    pub(super) async fn create_other_disks(
        &self,
        instance: &Instance,
        dir: &InstanceDir,
    ) -> Result<(), ComputeError> {
        let Flavor { ephemeral_gb, swap, .. } = instance.flavor;
        for (name, size) in
            [("disk.local", bytes(ephemeral_gb, GIB)), ("disk.swap", bytes(swap, MIB))]
        {
            let disk = dir.file(name);
            match size {
                Some(size) if Path::new(&disk).exists() => qemu_img::resize(&disk, size).await?,
                Some(size) => qemu_img::create(&disk, size).await?,
                None => {}
            }
        }
        Ok(())
    }

    /// The guest as libvirt is to have it. It is left in the folder, for people.
    pub(super) async fn get_guest_xml(
        &self,
        context: &RequestContext,
        instance: &Instance,
        dir: &InstanceDir,
    ) -> Result<String, ComputeError> {
        let config = get_guest_config(context, instance, self.host_config().await?, dir);
        let (xml, path) = (config.to_xml()?, dir.file("libvirt.xml"));
        let written = xml.clone();
        blocking(move || fs::write(path, written)).await?;
        Ok(xml)
    }

    /// Has libvirt know the guest, and switches it on if it is to be on.
    pub(super) async fn create_domain(
        &self,
        instance: &Instance,
        xml: String,
        power_on: bool,
    ) -> Result<(), ComputeError> {
        self.host
            .run(move |connection| {
                let guest = Guest::new(connection.define_domain_xml(&xml)?);
                if power_on { guest.launch() } else { Ok(()) }
            })
            .await?;
        if power_on { self.wait_for_running(instance).await } else { Ok(()) }
    }

    pub(super) async fn wait_for_running(&self, instance: &Instance) -> Result<(), ComputeError> {
        let late = Instant::now() + START_TIMEOUT;
        loop {
            match self.get_info(instance).await? {
                PowerState::Running | PowerState::Paused => return Ok(()),
                PowerState::Shutdown | PowerState::Crashed => {
                    return Err("the guest switched itself off while it was started".into());
                }
                _ if Instant::now() > late => return Err("the guest does not start".into()),
                _ => sleep(POLL).await,
            }
        }
    }

    pub(super) async fn do_destroy(
        &self,
        instance: &Instance,
        destroy_disks: bool,
    ) -> Result<(), ComputeError> {
        self.remove_domain(instance).await?;
        if !destroy_disks {
            return Ok(());
        }
        let (dir, name) = (self.dir(instance)?, instance.name());
        // Elsewhere the log of a guest is libvirt's; here nobody else would remove it.
        let log = self.root.as_ref().map(|root| root.join(format!("log/qemu/{name}.log")));
        blocking(move || {
            dir.aside().remove()?;
            dir.remove()?;
            log.map_or(Ok(()), |log| remove_file(&log))
        })
        .await
    }

    /// Switches the guest off, and has libvirt forget it.
    pub(super) async fn remove_domain(&self, instance: &Instance) -> Result<(), ComputeError> {
        let remove = |guest: &Guest| guest.poweroff().and_then(|()| guest.delete_configuration());
        match self.host.guest(instance, remove).await {
            Err(ComputeError::InstanceNotFound { .. }) => Ok(()),
            removed => removed,
        }
    }
}

/// A size of a flavor in bytes; `None` if it says none.
pub(super) fn bytes(size: i64, unit: u64) -> Option<u64> {
    u64::try_from(size).ok().filter(|size| *size > 0).map(|size| size.saturating_mul(unit))
}
