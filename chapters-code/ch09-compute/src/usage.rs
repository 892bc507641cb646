//! What instances take, added up (`nova/compute/stats.py`, `nova/compute/claims.py`).

use crate::{ComputeError, Options};
use nova_objects::{ComputeNode, Flavor, Instance, Limits, VmState};
use std::{fmt, iter::Sum};

/// What one instance takes from its host, or what many do together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Memory, in MiB.
    pub memory_mb: i64,
    /// Root and second disk, in GiB.
    pub disk_gb: i64,
    /// CPUs.
    pub vcpus: i64,
    /// How many instances.
    pub instances: i64,
    /// How many of them are being made: that keeps disks busy.
    pub io_workload: i64,
    /// How many of them are being worked on at all.
    pub workload: i64,
}

impl Usage {
    /// What `instance` takes. It takes that as long as it exists: a stopped one too.
    pub fn of(instance: &Instance) -> Self {
        Self {
            memory_mb: instance.memory_mb,
            disk_gb: instance.root_gb + instance.ephemeral_gb,
            vcpus: instance.vcpus,
            instances: 1,
            io_workload: i64::from(instance.vm_state == VmState::Building),
            workload: i64::from(instance.task_state.is_some()),
        }
    }

    /// What any instance of that size takes.
    pub fn of_flavor(flavor: &Flavor) -> Self {
        Self {
            memory_mb: flavor.memory_mb,
            disk_gb: flavor.root_gb + flavor.ephemeral_gb,
            vcpus: flavor.vcpus,
            ..Self::default()
        }
    }

    /// The same without a size: only how many, and how busy.
    #[must_use]
    pub fn counters(self) -> Self {
        Self { memory_mb: 0, disk_gb: 0, vcpus: 0, ..self }
    }

    /// What is the host's own.
    pub fn reserved(options: &Options) -> Self {
        Self {
            memory_mb: options.reserved_host_memory_mb,
            disk_gb: options.reserved_host_disk_mb / 1024,
            ..Self::default()
        }
    }

    /// Is there room for this within `limits`, next to what is `used` (`Claim._claim_test`)?
    ///
    /// How much the host *has* is not asked: the scheduler's filters have worked out how much it
    /// may promise. Where they set no limit there is none.
    ///
    /// # Errors
    ///
    /// [`ComputeError::ComputeResourcesUnavailable`] names everything that is too little.
    pub fn fits(&self, used: &Self, limits: &Limits) -> Result<(), ComputeError> {
        let tests = [
            test("memory", "MB", used.memory_mb, self.memory_mb, limits.memory_mb),
            test("disk", "GB", used.disk_gb, self.disk_gb, limits.disk_gb),
            test("vcpu", "VCPU", used.vcpus, self.vcpus, limits.vcpu),
        ];
        let reasons: Vec<_> = tests.into_iter().flatten().collect();
        if reasons.is_empty() {
            return Ok(());
        }
        Err(ComputeError::ComputeResourcesUnavailable { reason: reasons.join("; ") })
    }

    /// Writes it into the row of the hypervisor (`_update_usage`).
    pub fn copy_to(&self, node: &mut ComputeNode) {
        node.memory_mb_used = self.memory_mb;
        node.local_gb_used = self.disk_gb;
        node.vcpus_used = self.vcpus;
        node.free_ram_mb = node.memory_mb.saturating_sub(self.memory_mb);
        node.free_disk_gb = node.local_gb.saturating_sub(self.disk_gb);
        node.running_vms = self.instances;
        node.current_workload = self.workload;
        node.stats.insert("num_instances".into(), self.instances.to_string());
        node.stats.insert("io_workload".into(), self.io_workload.to_string());
    }
}

/// What to say if `requested` does not fit.
fn test(kind: &str, unit: &str, used: i64, requested: i64, limit: Option<f64>) -> Option<String> {
    let free = limit? - used as f64;
    (requested as f64 > free)
        .then(|| format!("Free {kind} {free:.2} {unit} < requested {requested} {unit}"))
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Self>>(usages: I) -> Self {
        usages.fold(Self::default(), |sum, one| Self {
            memory_mb: sum.memory_mb + one.memory_mb,
            disk_gb: sum.disk_gb + one.disk_gb,
            vcpus: sum.vcpus + one.vcpus,
            instances: sum.instances + one.instances,
            io_workload: sum.io_workload + one.io_workload,
            workload: sum.workload + one.workload,
        })
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MB, {} GB, {} vCPU", self.memory_mb, self.disk_gb, self.vcpus)
    }
}

#[cfg(test)]
mod tests {
    use super::Usage;
    use nova_objects::Limits;

    const HALF_FULL: Usage =
        Usage { memory_mb: 1024, disk_gb: 10, vcpus: 2, instances: 1, io_workload: 0, workload: 0 };

    fn claim(memory_mb: i64, disk_gb: i64, vcpus: i64, limits: [Option<f64>; 3]) -> String {
        let [memory_limit, disk_limit, vcpu] = limits;
        let limits = Limits { memory_mb: memory_limit, disk_gb: disk_limit, vcpu };
        let requested = Usage { memory_mb, disk_gb, vcpus, ..Usage::default() };
        requested.fits(&HALF_FULL, &limits).map_or_else(|e| e.to_string(), |()| "fits".into())
    }

    #[test]
    fn a_claim_fits_up_to_the_limit_and_says_what_is_missing_beyond() {
        let limits = [Some(2048.0), Some(20.0), Some(4.0)];
        let no = |reasons: &str| format!("Insufficient compute resources: {reasons}.");
        let cases = [
            (claim(1024, 10, 2, limits), "fits".to_owned()),
            (claim(0, 0, 0, limits), "fits".to_owned()),
            (claim(1025, 10, 2, limits), no("Free memory 1024.00 MB < requested 1025 MB")),
            (claim(1024, 11, 2, limits), no("Free disk 10.00 GB < requested 11 GB")),
            (claim(1024, 10, 3, limits), no("Free vcpu 2.00 VCPU < requested 3 VCPU")),
            (
                claim(4096, 40, 2, limits),
                no("Free memory 1024.00 MB < requested 4096 MB; \
                    Free disk 10.00 GB < requested 40 GB"),
            ),
            (claim(1_000_000, 1_000_000, 1_000, [None; 3]), "fits".to_owned()),
            (
                claim(1, 0, 0, [Some(512.5), None, None]),
                no("Free memory -511.50 MB < requested 1 MB"),
            ),
        ];
        for (answer, expected) in cases {
            assert_eq!(answer, expected);
        }
    }
}
