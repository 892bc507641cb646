//! What is on a guest's disk (`LibvirtDriver.snapshot`).

use super::{
    LibvirtDriver,
    files::{blocking, remove_file},
    qemu_img,
};
use crate::{ComputeDriver, ComputeError, Snapshot};
use nova_objects::{Instance, PowerState};
use std::path::{Path, PathBuf};

impl LibvirtDriver {
    /// Copies the disk while the guest is held: what it has written is on the disk then.
    pub(super) async fn do_snapshot(&self, instance: &Instance) -> Result<Snapshot, ComputeError> {
        let runs = self.get_info(instance).await? == PowerState::Running;
        if runs {
            self.pause(instance).await?;
        }
        let copied = self.copy_disk(instance).await;
        if runs {
            self.unpause(instance).await?;
        }
        Ok(Snapshot { disk_format: "qcow2".into(), path: copied? })
    }

    async fn copy_disk(&self, instance: &Instance) -> Result<PathBuf, ComputeError> {
        let dir = self.dir(instance)?;
        let (disk, copy) = (dir.file("disk"), PathBuf::from(dir.file("snapshot")));
        let copied = qemu_img::convert((Path::new(&disk), "qcow2"), (&copy, "qcow2")).await;
        if let Err(error) = copied {
            blocking(move || remove_file(&copy)).await?;
            return Err(error);
        }
        Ok(copy)
    }
}
