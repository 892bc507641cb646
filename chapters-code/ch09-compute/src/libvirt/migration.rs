//! A guest gets another size (`LibvirtDriver.migrate_disk_and_power_off`, `finish_migration`,
//! `finish_revert_migration`, `confirm_migration`).
//!
//! Its disks are moved by copying files of this machine: between machines Nova uses `rsync` over
//! ssh, which is left out here.

use super::{
    LibvirtDriver,
    files::blocking,
    qemu_img,
    spawn::{GIB, bytes},
};
use crate::{Arrived, ComputeDriver, ComputeError};
use nova_objects::{Flavor, Instance, Migration, RequestContext};
use serde::{Deserialize, Serialize};
use std::{path::Path, time::Duration};

/// A disk that is put aside, as the host that gets it has to know it (`disk_info`).
#[derive(Serialize, Deserialize)]
struct DiskInfo {
    /// Where it is.
    path: String,
    /// What it is called in the folder of a guest.
    name: String,
}

/// Disks whose content is worth keeping. Nothing of a swap is.
const KEPT: [&str; 2] = ["disk", "disk.local"];

impl LibvirtDriver {
    pub(super) async fn put_aside(
        &self,
        instance: &Instance,
        flavor: &Flavor,
        timeout: Duration,
        retry_interval: Duration,
    ) -> Result<String, ComputeError> {
        let own = &instance.flavor;
        if flavor.root_gb < own.root_gb || flavor.ephemeral_gb < own.ephemeral_gb {
            let reason = "Unable to resize disk down.".to_owned();
            return Err(ComputeError::MigrationError { reason });
        }
        self.power_off(instance, timeout, retry_interval).await?;
        let (dir, aside) = (self.dir(instance)?, self.dir(instance)?.aside());
        let kept = move || {
            dir.replace(&aside)?;
            let all = KEPT.map(|name| DiskInfo { path: aside.file(name), name: name.into() });
            Ok(all.into_iter().filter(|disk| Path::new(&disk.path).exists()).collect::<Vec<_>>())
        };
        let disks = blocking(kept).await?;
        serde_json::to_string(&disks).map_err(|error| ComputeError::Hypervisor(error.to_string()))
    }

    pub(super) async fn do_finish_migration(
        &self,
        context: &RequestContext,
        instance: &Instance,
        arrived: Arrived<'_>,
    ) -> Result<(), ComputeError> {
        let disks: Vec<DiskInfo> = serde_json::from_str(arrived.disk_info)
            .map_err(|error| ComputeError::Hypervisor(format!("disk_info: {error}")))?;
        let dir = self.dir(instance)?;
        dir.create().await?;
        for DiskInfo { path, name } in disks {
            // It came in a message, and could name any file.
            let aside = format!("{}_resize/{name}", instance.uuid);
            if !KEPT.contains(&name.as_str()) || !Path::new(&path).ends_with(aside) {
                let wrong = format!("disk_info: {path} is no disk that was put aside");
                return Err(ComputeError::Hypervisor(wrong));
            }
            if !Path::new(&path).exists() {
                let reason = format!("{path} is not on this machine");
                return Err(ComputeError::MigrationError { reason });
            }
            let to = dir.file(&name);
            qemu_img::convert((Path::new(&path), "qcow2"), (Path::new(&to), "qcow2")).await?;
        }
        if arrived.resize_instance
            && let Some(root) = bytes(instance.flavor.root_gb, GIB)
        {
            qemu_img::resize(&dir.file("disk"), root).await?;
        }
        self.create_other_disks(instance, &dir).await?;
        self.remove_domain(instance).await?;
        self.define_again(context, instance, arrived.power_on).await
    }

    pub(super) async fn bring_back(
        &self,
        context: &RequestContext,
        instance: &Instance,
        power_on: bool,
    ) -> Result<(), ComputeError> {
        let dir = self.dir(instance)?;
        let put_back = move || {
            let aside = dir.aside();
            if aside.exists() { aside.replace(&dir) } else { Ok(()) }
        };
        blocking(put_back).await?;
        self.remove_domain(instance).await?;
        self.define_again(context, instance, power_on).await
    }

    pub(super) async fn drop_aside(
        &self,
        migration: &Migration,
        instance: &Instance,
    ) -> Result<(), ComputeError> {
        if migration.source_compute != migration.dest_compute {
            self.remove_domain(instance).await?;
        }
        let aside = self.dir(instance)?.aside();
        blocking(move || aside.remove()).await
    }
}
