//! The options of a compute service, under Nova's names (`nova/conf/`, `nova/compute/manager.py`).

use crate::FakeSize;
use std::{fmt, str::FromStr, time::Duration};

/// What `nova.conf` may say to a compute service. The defaults are Nova's.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The name of this host: RPC messages find it by that.
    pub host: String,
    /// The address of this host, for people.
    pub my_ip: String,
    /// Which hypervisor: a name of [`DRIVERS`](crate::DRIVERS).
    pub compute_driver: String,
    /// How long a guest that is asked to stop may take, unless its image says otherwise
    /// (`os_shutdown_timeout`); zero means that it is not asked.
    pub shutdown_timeout: Duration,
    /// Where the proxy for screens in a browser answers (`novnc`).
    pub novncproxy_base_url: String,
    /// Where the proxy for screens in a viewer answers (`xvpvnc`).
    pub xvpvncproxy_base_url: String,
    /// The folder for what has to outlive the process, the disks of guests above all; `None` if
    /// nothing has to.
    pub state_path: Option<String>,
    /// How libvirt is reached, and what it is to do.
    pub libvirt: LibvirtOptions,
    /// How large the hypervisor is, if it is a fake one.
    pub fake: FakeSize,
    /// Are guests that ran before the host was started, and do not run now, started anew?
    pub resume_guests_state_on_host_boot: bool,
    /// How often the service says that it is alive; zero means never.
    pub report_interval: Duration,
    /// How often the resources are counted anew; zero means never.
    pub update_resources_interval: Duration,
    /// How often the power states of all guests are looked at; zero means never.
    pub sync_power_state_interval: Duration,
    /// For how many seconds a soft-deleted instance can be restored; 0 or less: none is.
    pub reclaim_instance_interval: i64,
    /// How often guests are looked for whose rows are deleted; zero means never.
    pub running_deleted_instance_poll_interval: Duration,
    /// What is done with them.
    pub running_deleted_instance_action: RunningDeletedInstanceAction,
    /// How long a row has to be deleted before.
    pub running_deleted_instance_timeout: Duration,
    /// How many instances may be in the making at a time; 0 means any number.
    pub max_concurrent_builds: usize,
    /// Memory that is the host's own, in MiB.
    pub reserved_host_memory_mb: i64,
    /// Disk that is the host's own, in MiB.
    pub reserved_host_disk_mb: i64,
    /// How many times the CPUs may be promised; 0 means the default, 16.
    pub cpu_allocation_ratio: f64,
    /// How many times the memory may be promised; 0 means the default, 1.5.
    pub ram_allocation_ratio: f64,
    /// How many times the disk may be promised; 0 means the default, 1.
    pub disk_allocation_ratio: f64,
}

/// What is done with a guest that is still there, and whose row is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunningDeletedInstanceAction {
    /// Nobody looks for it.
    Noop,
    /// It is named in the log.
    Log,
    /// It is switched off.
    Shutdown,
    /// It is removed.
    Reap,
}

impl RunningDeletedInstanceAction {
    const ALL: [Self; 4] = [Self::Noop, Self::Log, Self::Shutdown, Self::Reap];

    /// Nova's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Noop => "noop",
            Self::Log => "log",
            Self::Shutdown => "shutdown",
            Self::Reap => "reap",
        }
    }
}

impl fmt::Display for RunningDeletedInstanceAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RunningDeletedInstanceAction {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|action| action.as_str() == text).ok_or(())
    }
}

/// The section `[libvirt]` (`nova/virt/libvirt/driver.py`).
#[derive(Clone, Debug, PartialEq)]
pub struct LibvirtOptions {
    /// Where libvirt is: `qemu:///system`; `None`: in this process, with its files beneath
    /// [`state_path`](Options::state_path).
    pub connection_uri: Option<String>,
    /// What runs the guests: `qemu`, which does on any machine, or `kvm`, which does fast, on its
    /// CPUs. In Nova the default is `kvm`.
    pub virt_type: String,
    /// How long a guest that is asked to restart may take, before it is made to.
    pub wait_soft_reboot_seconds: Duration,
}

impl Default for LibvirtOptions {
    fn default() -> Self {
        Self {
            connection_uri: None,
            virt_type: "qemu".into(),
            wait_soft_reboot_seconds: Duration::from_secs(120),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: "localhost".into(),
            my_ip: "127.0.0.1".into(),
            compute_driver: "fake.FakeDriver".into(),
            shutdown_timeout: Duration::from_secs(60),
            novncproxy_base_url: "http://127.0.0.1:6080/vnc_auto.html".into(),
            xvpvncproxy_base_url: "http://127.0.0.1:6081/console".into(),
            state_path: None,
            libvirt: LibvirtOptions::default(),
            fake: FakeSize::default(),
            resume_guests_state_on_host_boot: false,
            report_interval: Duration::from_secs(10),
            update_resources_interval: Duration::from_secs(60),
            sync_power_state_interval: Duration::from_secs(600),
            reclaim_instance_interval: 0,
            running_deleted_instance_poll_interval: Duration::from_secs(1800),
            running_deleted_instance_action: RunningDeletedInstanceAction::Reap,
            running_deleted_instance_timeout: Duration::ZERO,
            max_concurrent_builds: 10,
            reserved_host_memory_mb: 512,
            reserved_host_disk_mb: 0,
            cpu_allocation_ratio: 0.0,
            ram_allocation_ratio: 0.0,
            disk_allocation_ratio: 0.0,
        }
    }
}
