//! What a guest writes and shows, and what is on its disk (`LibvirtDriver.get_console_output`,
//! `get_vnc_console`, `snapshot`).

use super::{
    LibvirtDriver,
    guest::Guest,
    instance_dir::{blocking, remove_file},
    qemu_img,
};
use crate::{ComputeDriver, ComputeError, ConsoleVnc, Snapshot};
use nova_objects::{Instance, PowerState};
use serde::Deserialize;
use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// So many bytes of a console are read, from its end.
const MAX_CONSOLE_BYTES: u64 = 102_400;

/// Of the XML of a guest that runs, what says where its screen is.
#[derive(Deserialize)]
struct Domain {
    devices: Devices,
}

#[derive(Deserialize)]
struct Devices {
    graphics: Option<Graphics>,
}

#[derive(Deserialize)]
struct Graphics {
    #[serde(rename = "@type")]
    graphics_type: String,
    /// -1 while it is off.
    #[serde(rename = "@port")]
    port: Option<i32>,
}

impl LibvirtDriver {
    pub(super) async fn console_output(&self, instance: &Instance) -> Result<String, ComputeError> {
        // Is there such a guest?
        self.get_info(instance).await?;
        let path = self.dir(instance)?.console_log();
        let read = move || {
            let mut file = match File::open(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
                file => file?,
            };
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(MAX_CONSOLE_BYTES)))?;
            let mut output = Vec::new();
            file.take(MAX_CONSOLE_BYTES).read_to_end(&mut output)?;
            Ok(output)
        };
        Ok(String::from_utf8_lossy(&blocking(read).await?).into_owned())
    }

    pub(super) async fn vnc_console(
        &self,
        instance: &Instance,
    ) -> Result<ConsoleVnc, ComputeError> {
        let xml = self.host.guest(instance, Guest::xml).await?;
        let domain: Domain = quick_xml::de::from_str(&xml)
            .map_err(|error| ComputeError::Hypervisor(error.to_string()))?;
        let shown = domain.devices.graphics.filter(|shown| shown.graphics_type == "vnc");
        let port = shown.and_then(|shown| u16::try_from(shown.port?).ok());
        let none = || ComputeError::ConsoleTypeUnavailable { console_type: "vnc".into() };
        let (host, port) = (self.my_ip.clone(), port.ok_or_else(none)?);
        Ok(ConsoleVnc { host, port, internal_access_path: None })
    }

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
        Ok(Snapshot { disk_format: "qcow2".into(), data: copied? })
    }

    async fn copy_disk(&self, instance: &Instance) -> Result<Vec<u8>, ComputeError> {
        let dir = self.dir(instance)?;
        let (disk, copy) = (dir.file("disk"), dir.file("snapshot"));
        let copied = qemu_img::convert((Path::new(&disk), "qcow2"), (Path::new(&copy), "qcow2"));
        let copied = copied.await;
        blocking(move || {
            let data = if copied.is_ok() { fs::read(&copy)? } else { Vec::new() };
            remove_file(Path::new(&copy))?;
            Ok(copied.map(|()| data))
        })
        .await?
    }
}
