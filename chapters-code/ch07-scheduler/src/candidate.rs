//! A host in the running (in Nova: a `HostState` with its `limits`).

use crate::HostState;
use nova_objects::{Limits, RequestSpec, Selection};

/// A host that no filter has failed so far, and how much it may promise.
pub(crate) struct Candidate<'h> {
    pub(crate) host: &'h mut HostState,
    limits: Limits,
}

impl<'h> Candidate<'h> {
    /// Each host is one, until a filter fails it.
    pub(crate) fn new(host: &'h mut HostState) -> Self {
        Self { host, limits: Limits::default() }
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

    /// Sends an instance here.
    pub(crate) fn take(&mut self, spec: &RequestSpec) -> Selection {
        self.host.consume_from_request(spec);
        Selection {
            host: self.host.host.clone(),
            nodename: self.host.nodename.clone(),
            limits: self.limits,
        }
    }
}
