//! What an instance was before it was suspended or resized: it is to be that again
//! (`system_metadata['old_vm_state']`).

use nova_objects::{Instance, VmState};

const OLD_VM_STATE: &str = "old_vm_state";

/// Notes what `instance` is now.
pub(crate) fn stash(instance: &mut Instance) {
    let vm_state = instance.vm_state.to_string();
    instance.system_metadata.insert(OLD_VM_STATE.into(), vm_state);
}

/// What was noted. An instance that is not known to have been off was on.
pub(crate) fn of(instance: &Instance) -> VmState {
    match instance.system_metadata.get(OLD_VM_STATE) {
        Some(text) if text == VmState::Stopped.as_str() => VmState::Stopped,
        _ => VmState::Active,
    }
}

/// What was noted, which is then forgotten.
pub(crate) fn take(instance: &mut Instance) -> VmState {
    let vm_state = of(instance);
    instance.system_metadata.remove(OLD_VM_STATE);
    vm_state
}
