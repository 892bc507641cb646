//! What a client is told of an instance's states (`nova/api/openstack/common.py` `_STATE_MAP`).

use nova_objects::{Instance, VmState};

/// The `status` of a server.
pub fn status(instance: &Instance) -> &'static str {
    if instance.deleted {
        return "DELETED";
    }
    match instance.vm_state {
        VmState::Building => "BUILD",
        VmState::Active => "ACTIVE",
        VmState::Stopped => "SHUTOFF",
        VmState::Error => "ERROR",
        VmState::Deleted => "DELETED",
    }
}

/// The `vm_state` that servers of `status` have, whatever its case; `None` for a word that is no
/// status.
pub fn vm_state_of(status: &str) -> Option<VmState> {
    match status.to_ascii_lowercase().as_str() {
        "build" => Some(VmState::Building),
        "active" => Some(VmState::Active),
        "shutoff" => Some(VmState::Stopped),
        "error" => Some(VmState::Error),
        "deleted" => Some(VmState::Deleted),
        _ => None,
    }
}
