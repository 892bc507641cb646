//! A host in the running (in Nova: a `HostState` with its `limits`).

use nova_objects::Limits;

/// A host that no filter has failed so far, and how much it may promise.
pub(crate) struct Candidate {
    /// Its place among the host states.
    pub(crate) place: usize,
    pub(crate) limits: Limits,
}

impl Candidate {
    /// Each host is one, until a filter fails it.
    pub(crate) fn new(place: usize) -> Self {
        Self { place, limits: Limits::default() }
    }

    /// Sets the limits that a filter worked out; it leaves those open that are not its own.
    pub(crate) fn limit(&mut self, limits: Limits) {
        let Limits { memory_mb, disk_gb, vcpu } = self.limits;
        self.limits = Limits {
            memory_mb: limits.memory_mb.or(memory_mb),
            disk_gb: limits.disk_gb.or(disk_gb),
            vcpu: limits.vcpu.or(vcpu),
        };
    }
}
