//! What a guest writes and shows (`LibvirtDriver.get_console_output`,
//! `get_vnc_console`).

use super::{LibvirtDriver, files::blocking, guest::Guest};
use crate::{ComputeDriver, ComputeError, ConsoleVnc};
use nova_objects::Instance;
use serde::Deserialize;
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
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
}
