//! What libvirt says of its host (`virConnectGetCapabilities`).

use serde::Deserialize;

/// The host, and the guests that it can run.
#[derive(Debug, Deserialize)]
pub(super) struct Capabilities {
    pub(super) host: CapsHost,
    #[serde(default)]
    pub(super) guest: Vec<CapsGuest>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CapsHost {
    #[serde(default)]
    pub(super) uuid: String,
    #[serde(default)]
    pub(super) cpu: CapsCpu,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CapsCpu {
    pub(super) arch: String,
    pub(super) model: String,
    pub(super) vendor: String,
    pub(super) topology: CapsTopology,
    pub(super) feature: Vec<CapsFeature>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CapsTopology {
    #[serde(rename = "@sockets")]
    pub(super) sockets: u32,
    #[serde(rename = "@cores")]
    pub(super) cores: u32,
    #[serde(rename = "@threads")]
    pub(super) threads: u32,
}

impl Default for CapsTopology {
    fn default() -> Self {
        Self { sockets: 1, cores: 1, threads: 1 }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct CapsFeature {
    #[serde(rename = "@name")]
    pub(super) name: String,
}

/// A kind of guest.
#[derive(Debug, Deserialize)]
pub(super) struct CapsGuest {
    pub(super) os_type: String,
    pub(super) arch: CapsArch,
}

#[derive(Debug, Deserialize)]
pub(super) struct CapsArch {
    #[serde(rename = "@name")]
    pub(super) name: String,
    /// What can run it.
    #[serde(default)]
    pub(super) domain: Vec<CapsDomain>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CapsDomain {
    #[serde(rename = "@type")]
    pub(super) domain_type: String,
}

impl Capabilities {
    /// `[architecture, hypervisor, mode]` of all guests (`_get_instance_capabilities`).
    pub(super) fn supported_instances(&self) -> Vec<[String; 3]> {
        let kinds = |guest: &CapsGuest| {
            let (arch, mode) = (guest.arch.name.clone(), guest.os_type.clone());
            let of =
                move |domain: &CapsDomain| [arch.clone(), domain.domain_type.clone(), mode.clone()];
            guest.arch.domain.iter().map(of).collect::<Vec<_>>()
        };
        self.guest.iter().flat_map(kinds).collect()
    }
}
