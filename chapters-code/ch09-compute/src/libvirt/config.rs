//! What libvirt is told of a guest (`nova/virt/libvirt/config.py` `LibvirtConfigGuest*`).
//!
//! Each type is an element of the XML, in the order in which Nova writes them. `@` begins the name
//! of an attribute. What is written where is
//! [libvirt's to say](https://libvirt.org/formatdomain.html).

use crate::ComputeError;
use quick_xml::se::Serializer;
use serde::Serialize;

/// The namespace of what Nova notes in the XML for people.
pub(super) const NOVA_NS: &str = "http://openstack.org/xmlns/libvirt/nova/1.0";

/// A whole guest.
#[derive(Serialize)]
#[serde(rename = "domain")]
pub(super) struct GuestConfig {
    #[serde(rename = "@type")]
    pub(super) virt_type: String,
    pub(super) uuid: String,
    pub(super) name: String,
    pub(super) memory: i64,
    pub(super) vcpu: i64,
    pub(super) metadata: Metadata,
    pub(super) sysinfo: Sysinfo,
    pub(super) os: Os,
    pub(super) features: Features,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cputune: Option<CpuTune>,
    pub(super) clock: Clock,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpu: Option<Cpu>,
    pub(super) devices: Devices,
}

/// Notes for people who look at the guest with `virsh dumpxml`.
#[derive(Serialize)]
pub(super) struct Metadata {
    #[serde(rename = "nova:instance")]
    pub(super) instance: NovaInstance,
}

/// Who made the guest, for whom, and from what.
#[derive(Serialize)]
pub(super) struct NovaInstance {
    #[serde(rename = "@xmlns:nova")]
    pub(super) xmlns: &'static str,
    #[serde(rename = "nova:package")]
    pub(super) package: Package,
    #[serde(rename = "nova:name")]
    pub(super) name: String,
    #[serde(rename = "nova:creationTime")]
    pub(super) creation_time: String,
    #[serde(rename = "nova:flavor")]
    pub(super) flavor: NovaFlavor,
    #[serde(rename = "nova:owner")]
    pub(super) owner: Owner,
    #[serde(rename = "nova:root", skip_serializing_if = "Option::is_none")]
    pub(super) root: Option<Root>,
}

#[derive(Serialize)]
pub(super) struct Package {
    #[serde(rename = "@version")]
    pub(super) version: String,
}

#[derive(Serialize)]
pub(super) struct NovaFlavor {
    #[serde(rename = "@name")]
    pub(super) name: String,
    #[serde(rename = "nova:memory")]
    pub(super) memory: i64,
    #[serde(rename = "nova:disk")]
    pub(super) disk: i64,
    #[serde(rename = "nova:swap")]
    pub(super) swap: i64,
    #[serde(rename = "nova:ephemeral")]
    pub(super) ephemeral: i64,
    #[serde(rename = "nova:vcpus")]
    pub(super) vcpus: i64,
}

/// Whose a guest is.
#[derive(Serialize)]
pub(super) struct Owner {
    #[serde(rename = "nova:user")]
    pub(super) user: Named,
    #[serde(rename = "nova:project")]
    pub(super) project: Named,
}

#[derive(Serialize)]
pub(super) struct Named {
    #[serde(rename = "@uuid")]
    pub(super) uuid: String,
    #[serde(rename = "$text")]
    pub(super) name: String,
}

#[derive(Serialize)]
pub(super) struct Root {
    #[serde(rename = "@type")]
    pub(super) root_type: &'static str,
    #[serde(rename = "@uuid")]
    pub(super) uuid: String,
}

/// What the firmware says of the machine: `dmidecode` in the guest shows it.
#[derive(Serialize)]
pub(super) struct Sysinfo {
    #[serde(rename = "@type")]
    pub(super) sysinfo_type: &'static str,
    pub(super) system: System,
}

/// A table of SMBIOS.
#[derive(Serialize)]
pub(super) struct System {
    pub(super) entry: Vec<Entry>,
}

#[derive(Serialize)]
pub(super) struct Entry {
    #[serde(rename = "@name")]
    pub(super) name: &'static str,
    #[serde(rename = "$text")]
    pub(super) value: String,
}

/// What a guest boots.
#[derive(Serialize)]
pub(super) struct Os {
    #[serde(rename = "type")]
    pub(super) os_type: &'static str,
    pub(super) boot: Dev,
    pub(super) smbios: Mode,
}

#[derive(Serialize)]
pub(super) struct Dev {
    #[serde(rename = "@dev")]
    pub(super) dev: &'static str,
}

#[derive(Serialize)]
pub(super) struct Mode {
    #[serde(rename = "@mode")]
    pub(super) mode: &'static str,
}

/// What the machine can do: that it is there says that it can.
#[derive(Default, Serialize)]
pub(super) struct Features {
    pub(super) acpi: (),
    pub(super) apic: (),
}

/// A share of the host's CPUs.
#[derive(Serialize)]
pub(super) struct CpuTune {
    pub(super) shares: i64,
}

#[derive(Serialize)]
pub(super) struct Clock {
    #[serde(rename = "@offset")]
    pub(super) offset: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) timer: Vec<Timer>,
}

#[derive(Serialize)]
pub(super) struct Timer {
    #[serde(rename = "@name")]
    pub(super) name: &'static str,
    #[serde(rename = "@tickpolicy", skip_serializing_if = "Option::is_none")]
    pub(super) tickpolicy: Option<&'static str>,
    #[serde(rename = "@present", skip_serializing_if = "Option::is_none")]
    pub(super) present: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct Cpu {
    #[serde(rename = "@mode")]
    pub(super) mode: &'static str,
    #[serde(rename = "@match")]
    pub(super) cpu_match: &'static str,
    pub(super) topology: Topology,
}

#[derive(Serialize)]
pub(super) struct Topology {
    #[serde(rename = "@sockets")]
    pub(super) sockets: i64,
    #[serde(rename = "@cores")]
    pub(super) cores: i64,
    #[serde(rename = "@threads")]
    pub(super) threads: i64,
}

/// Everything else in the box.
#[derive(Serialize)]
pub(super) struct Devices {
    pub(super) disk: Vec<Disk>,
    pub(super) serial: Vec<Serial>,
    pub(super) input: Input,
    pub(super) graphics: Graphics,
    pub(super) video: Video,
    pub(super) memballoon: MemBalloon,
}

/// A disk in a file.
#[derive(Serialize)]
pub(super) struct Disk {
    #[serde(rename = "@type")]
    pub(super) source_type: &'static str,
    #[serde(rename = "@device")]
    pub(super) device: &'static str,
    pub(super) driver: DiskDriver,
    pub(super) source: FileSource,
    pub(super) target: DiskTarget,
}

#[derive(Serialize)]
pub(super) struct DiskDriver {
    #[serde(rename = "@name")]
    pub(super) name: &'static str,
    #[serde(rename = "@type")]
    pub(super) format: &'static str,
    #[serde(rename = "@cache")]
    pub(super) cache: &'static str,
}

#[derive(Serialize)]
pub(super) struct FileSource {
    #[serde(rename = "@file")]
    pub(super) file: String,
}

#[derive(Serialize)]
pub(super) struct DiskTarget {
    #[serde(rename = "@bus")]
    pub(super) bus: &'static str,
    #[serde(rename = "@dev")]
    pub(super) dev: String,
}

/// A serial port.
#[derive(Serialize)]
pub(super) struct Serial {
    #[serde(rename = "@type")]
    pub(super) serial_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<PathSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<SerialTarget>,
}

#[derive(Serialize)]
pub(super) struct PathSource {
    #[serde(rename = "@path")]
    pub(super) path: String,
}

#[derive(Serialize)]
pub(super) struct SerialTarget {
    #[serde(rename = "@port")]
    pub(super) port: u32,
}

/// What a mouse would be.
#[derive(Serialize)]
pub(super) struct Input {
    #[serde(rename = "@type")]
    pub(super) input_type: &'static str,
    #[serde(rename = "@bus")]
    pub(super) bus: &'static str,
}

/// Where the screen is shown.
#[derive(Serialize)]
pub(super) struct Graphics {
    #[serde(rename = "@type")]
    pub(super) graphics_type: &'static str,
    #[serde(rename = "@autoport")]
    pub(super) autoport: &'static str,
    #[serde(rename = "@keymap")]
    pub(super) keymap: &'static str,
    #[serde(rename = "@listen")]
    pub(super) listen: &'static str,
}

/// The screen.
#[derive(Serialize)]
pub(super) struct Video {
    pub(super) model: Model,
}

#[derive(Serialize)]
pub(super) struct Model {
    #[serde(rename = "@type")]
    pub(super) model_type: &'static str,
}

/// How a guest gives back memory.
#[derive(Serialize)]
pub(super) struct MemBalloon {
    #[serde(rename = "@model")]
    pub(super) model: &'static str,
    pub(super) stats: Stats,
}

#[derive(Serialize)]
pub(super) struct Stats {
    #[serde(rename = "@period")]
    pub(super) period: u32,
}

impl GuestConfig {
    /// The guest as libvirt reads it.
    ///
    /// # Errors
    ///
    /// None that can be thought of: the library's word for "it can be written".
    pub(super) fn to_xml(&self) -> Result<String, ComputeError> {
        let mut xml = String::new();
        let mut serializer = Serializer::new(&mut xml);
        serializer.indent(' ', 2);
        let written = self.serialize(serializer);
        written.map_err(|error| ComputeError::Hypervisor(error.to_string()))?;
        Ok(xml + "\n")
    }
}
