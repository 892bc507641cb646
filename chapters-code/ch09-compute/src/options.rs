//! The options of a compute service, under Nova's names (`nova/conf/`, `nova/compute/manager.py`).

use crate::FakeSize;
use std::time::Duration;

/// What `nova.conf` may say to a compute service. The defaults are Nova's.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The name of this host: RPC messages find it by that.
    pub host: String,
    /// The address of this host, for people.
    pub my_ip: String,
    /// Which hypervisor: a name of [`DRIVERS`](crate::DRIVERS).
    pub compute_driver: String,
    /// Where the proxy for screens in a browser answers (`novnc`).
    pub novncproxy_base_url: String,
    /// Where the proxy for screens in a viewer answers (`xvpvnc`).
    pub xvpvncproxy_base_url: String,
    /// How large the hypervisor is, if it is a fake one.
    pub fake: FakeSize,
    /// How often the service says that it is alive; zero means never.
    pub report_interval: Duration,
    /// How often the resources are counted anew; zero means never.
    pub update_resources_interval: Duration,
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

impl Default for Options {
    fn default() -> Self {
        Self {
            host: "localhost".into(),
            my_ip: "127.0.0.1".into(),
            compute_driver: "fake.FakeDriver".into(),
            novncproxy_base_url: "http://127.0.0.1:6080/vnc_auto.html".into(),
            xvpvncproxy_base_url: "http://127.0.0.1:6081/console".into(),
            fake: FakeSize::default(),
            report_interval: Duration::from_secs(10),
            update_resources_interval: Duration::from_secs(60),
            max_concurrent_builds: 10,
            reserved_host_memory_mb: 512,
            reserved_host_disk_mb: 0,
            cpu_allocation_ratio: 0.0,
            ram_allocation_ratio: 0.0,
            disk_allocation_ratio: 0.0,
        }
    }
}
