//! Servers whose host died while it was busy with them.
//!
//! A host that comes back ends what it had begun (`nova/compute/manager.py` `init_host`). One that
//! does not is given up here, when its service has been silent for `service_down_time`: its
//! servers become what `init_host` would make of them, as far as that can be done without a
//! hypervisor. So both may happen, and in either order: whoever finds the task first, ends it.
//!
//! | what the host was doing | becomes |
//! |---|---|
//! | deleting, soft-deleting | done, in the row, as the API does it when a host is down |
//! | making the guest, or making it anew; moving it to another size | ERROR |
//! | anything else: switching it on or off, an image of it, choosing a host for a move | not done |

use super::{PeriodicTask, end};
use async_trait::async_trait;
use nova_objects::{
    DateTime, Instance, InstanceFault, NovaException, NovaObject, Query, RequestContext, Service,
    Store, StoreError,
    TaskState::{self, *},
    Tracked, VmState,
};
use std::{borrow::Cow, time::Duration};

/// Ends what hosts were busy with that are silent for longer than this.
pub(super) struct DeadHosts {
    /// In seconds.
    pub(super) service_down_time: f64,
}

/// The tasks that take the guest from where it was: nobody can say where it is now.
const MOVING: [TaskState; 5] =
    [ResizeMigrating, ResizeMigrated, ResizeFinish, ResizeReverting, ResizeConfirming];

/// What the fault of such a server says.
#[derive(Debug, thiserror::Error)]
#[error("Compute service of {0} is unavailable at this time.")]
struct ComputeServiceUnavailable(String);

impl NovaException for ComputeServiceUnavailable {
    fn class(&self) -> Cow<'_, str> {
        "ComputeServiceUnavailable".into()
    }
}

#[async_trait]
impl PeriodicTask for DeadHosts {
    fn patience(&self) -> Duration {
        Duration::try_from_secs_f64(self.service_down_time).unwrap_or_default()
    }

    async fn look(&self, store: &dyn Store, context: &RequestContext) -> Result<(), StoreError> {
        let computes = Query::all().with("binary", "nova-compute");
        let services = Service::list(store, context, computes).await?;
        let now = DateTime::now();
        let dead = services.iter().filter(|service| !service.is_up(now, self.service_down_time));
        let hosts: Vec<_> = dead.map(|service| service.host.as_str().into()).collect();
        if hosts.is_empty() {
            return Ok(());
        }
        let theirs = Query::all().with_any("host", hosts).with("deleted", false);
        for instance in Instance::list(store, context, theirs).await? {
            give_up(store, context, instance).await?;
        }
        Ok(())
    }
}

/// Ends what the host of `instance` was busy with, if it was.
async fn give_up(
    store: &dyn Store,
    context: &RequestContext,
    mut instance: Tracked<Instance>,
) -> Result<(), StoreError> {
    let unavailable = ComputeServiceUnavailable(instance.host.clone().unwrap_or_default());
    let fault = InstanceFault::of(&instance, &unavailable, instance.host.as_deref());
    let mut fault = Some(fault);
    match (instance.vm_state, instance.task_state.take()) {
        (VmState::Deleted, _) => return destroy(store, context, &instance).await,
        (_, Some(task @ (Deleting | SoftDeleting))) => {
            let deleted = task == Deleting;
            instance.vm_state = if deleted { VmState::Deleted } else { VmState::SoftDelete };
            instance.terminated_at = Some(DateTime::now());
            fault = None;
        }
        (VmState::Building, _) => instance.vm_state = VmState::Error,
        (_, Some(task)) if task.makes_a_guest() || MOVING.contains(&task) => {
            instance.vm_state = VmState::Error;
        }
        (_, Some(_)) => {}
        (_, None) => return Ok(()),
    }
    let row = instance.clone();
    tracing::warn!(instance = row.uuid, "{unavailable} What it was busy with is given up.");
    if end(store, context, instance, fault).await? && row.vm_state == VmState::Deleted {
        return destroy(store, context, &row).await;
    }
    Ok(())
}

/// The last step of a deletion.
async fn destroy(
    store: &dyn Store,
    context: &RequestContext,
    instance: &Tracked<Instance>,
) -> Result<(), StoreError> {
    match instance.destroy(store, context).await {
        Err(error) if error.is_not_found() => Ok(()),
        destroyed => destroyed,
    }
}
