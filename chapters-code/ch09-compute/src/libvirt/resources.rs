//! What the host is and has (`LibvirtDriver.get_available_resource`, `init_host`,
//! `cleanup_host`).

use super::{
    LibvirtDriver,
    capabilities::Capabilities,
    files::{at, blocking},
    guest::Guest,
    guest_config::HostConfig,
    instance_dir::InstanceDir,
    spawn::GIB,
};
use crate::{ComputeError, Resources};
use rustix::{
    fs::{Mode, OFlags, open, statvfs},
    process::geteuid,
};
use serde_json::json;
use std::{
    fs::{self, File},
    io,
    os::unix::fs::{FileExt, MetadataExt},
    path::Path,
};
use tokio::process::Command;
use virt::connect::Connect;

impl LibvirtDriver {
    /// What guests get from their host. It is asked once.
    pub(super) async fn host_config(&self) -> Result<&HostConfig, ComputeError> {
        self.host_config
            .get_or_try_init(async || {
                let path = self.instances_path.clone();
                fs::create_dir_all(&path).map_err(|error| at(&path, &error))?;
                let direct = blocking(move || Ok(supports_direct_io(&path))).await?;
                let caps = capabilities(&self.host.run(Connect::capabilities).await?)?;
                let kinds = caps.supported_instances();
                // Libvirt's test driver takes any kind.
                let may_be = |kind: &str| kind == self.options.virt_type || kind == "test";
                if !kinds.iter().any(|[_, kind, _]| may_be(kind)) {
                    return Err(no_such_kind(&self.options.virt_type, &kinds));
                }
                Ok(HostConfig {
                    virt_type: self.options.virt_type.clone(),
                    uuid: caps.host.uuid.clone(),
                    has_shares: match &self.options.connection_uri {
                        Some(uri) => !uri.contains(":///session"),
                        None => geteuid().is_root(),
                    },
                    disk_cache: if direct { "none" } else { "writethrough" },
                })
            })
            .await
    }

    /// Removes the guests whose files are in a folder that goes with the process.
    pub(super) async fn end_own_guests(&self) -> Result<(), ComputeError> {
        let instances_path = self.instances_path.clone();
        let end = move |guest: &Guest| {
            if instances_path.join(guest.uuid()?).exists() {
                guest.poweroff()?;
                guest.delete_configuration()?;
            }
            Ok(())
        };
        self.host.list_guests(end).await.map(drop)
    }

    pub(super) async fn resources(&self) -> Result<Resources, ComputeError> {
        let asked = |connection: &Connect| {
            Ok((
                connection.node_info()?,
                connection.driver_type()?,
                connection.hyp_version()?,
                connection.hostname()?,
                connection.capabilities()?,
            ))
        };
        let (node, hypervisor_type, version, hypervisor_hostname, caps) =
            self.host.run(asked).await?;
        let caps = capabilities(&caps)?;
        let path = self.instances_path.clone();
        let (total, free) = blocking(move || {
            let disk = statvfs(&path)?;
            Ok((disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize))
        })
        .await?;
        let promised = self.disk_over_committed_size_total().await?;
        Ok(Resources {
            vcpus: node.cpus.into(),
            memory_mb: whole(node.memory / 1024),
            local_gb: whole(total / GIB),
            hypervisor_type,
            hypervisor_version: version.into(),
            hypervisor_hostname,
            cpu_info: cpu_info(&caps),
            supported_instances: caps.supported_instances(),
            disk_available_least: Some((whole(free) - whole(promised)).div_euclid(whole(GIB))),
        })
    }

    /// How many bytes the disks of all guests may still grow. The files are asked: libvirt would
    /// ask the guests, and wait for one that hangs.
    async fn disk_over_committed_size_total(&self) -> Result<u64, ComputeError> {
        let instances_path = self.instances_path.clone();
        let guests = self.host.list_guests(Guest::uuid).await?;
        blocking(move || {
            let dirs = guests.iter().map(|uuid| InstanceDir::at(instances_path.join(uuid)));
            let disks = dirs.flat_map(|dir| dir.disks());
            // One that has just gone does not grow.
            Ok(disks.map(|path| growth(Path::new(&path)).unwrap_or(0)).sum())
        })
        .await
    }
}

/// The host cannot run guests as the options want them.
fn no_such_kind(virt_type: &str, supported: &[[String; 3]]) -> ComputeError {
    let mut kinds: Vec<&str> = supported.iter().map(|[_, kind, _]| kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let (kinds, advice) = match kinds.join(", ") {
        none if none.is_empty() => {
            ("nothing".to_owned(), "; on Debian, QEMU comes with `apt-get install qemu-system-x86`")
        }
        kinds => (kinds, ""),
    };
    ComputeError::Hypervisor(format!(
        "[libvirt] virt_type = {virt_type}, and this host has {kinds}{advice}"
    ))
}

fn capabilities(xml: &str) -> Result<Capabilities, ComputeError> {
    quick_xml::de::from_str(xml)
        .map_err(|error| ComputeError::Hypervisor(format!("libvirt's capabilities: {error}")))
}

/// The CPU as JSON text (`_get_cpu_info`).
fn cpu_info(caps: &Capabilities) -> String {
    let cpu = &caps.host.cpu;
    let features: Vec<&str> = cpu.feature.iter().map(|feature| feature.name.as_str()).collect();
    let topology = json!({
        "sockets": cpu.topology.sockets,
        "cores": cpu.topology.cores,
        "threads": cpu.topology.threads,
    });
    let info = json!({
        "arch": cpu.arch,
        "model": cpu.model,
        "vendor": cpu.vendor,
        "topology": topology,
        "features": features,
    });
    info.to_string()
}

/// How many bytes the qcow2 at `path` may still grow: its header says how large it can be.
fn growth(path: &Path) -> io::Result<u64> {
    let file = File::open(path)?;
    let mut size = [0; 8];
    file.read_exact_at(&mut size, 24)?;
    let allocated = file.metadata()?.blocks() * 512;
    Ok(u64::from_be_bytes(size).saturating_sub(allocated))
}

/// Can files there be read past the host's memory (`_supports_direct_io`)?
fn supports_direct_io(folder: &Path) -> bool {
    let path = folder.join(".directio.test");
    let flags = OFlags::CREATE | OFlags::RDWR | OFlags::DIRECT | OFlags::CLOEXEC;
    let supported = open(&path, flags, Mode::RUSR | Mode::WUSR).is_ok();
    let _never_made = fs::remove_file(&path);
    supported
}

/// How long the host has been up, as `uptime` says it.
pub(super) async fn uptime() -> Result<String, ComputeError> {
    let output = Command::new("uptime").env("LANG", "C").kill_on_drop(true).output().await;
    let output = output.map_err(|error| ComputeError::Hypervisor(format!("uptime: {error}")))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
