//! How large a fake hypervisor makes itself.

/// How large a fake hypervisor makes itself. The default is Nova's: enough for anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FakeSize {
    /// CPUs.
    pub vcpus: i64,
    /// Memory, in MiB.
    pub memory_mb: i64,
    /// Disk, in GiB.
    pub local_gb: i64,
}

impl Default for FakeSize {
    fn default() -> Self {
        Self { vcpus: 1000, memory_mb: 800_000, local_gb: 600_000 }
    }
}

impl FakeSize {
    /// A size for the host with this number, from 1, by turns: too small for any flavor, large,
    /// and half as large. A scheduler with such hosts has something to decide.
    pub fn of_host(number: usize) -> Self {
        match number % 3 {
            1 => Self { vcpus: 2, memory_mb: 512, local_gb: 10 },
            2 => Self { vcpus: 16, memory_mb: 16384, local_gb: 100 },
            _ => Self { vcpus: 8, memory_mb: 8192, local_gb: 50 },
        }
    }
}
