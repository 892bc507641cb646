//! Servers that nobody builds any more (`nova/compute/manager.py` `_check_instance_build_time`).

use super::{PeriodicTask, end};
use async_trait::async_trait;
use nova_objects::{
    DateTime, Instance, InstanceFault, NovaException, NovaObject, Query, RequestContext, Store,
    StoreError, VmState,
};
use std::{borrow::Cow, time::Duration};

/// Puts servers into ERROR that are in the making for longer than this.
pub(super) struct BuildTimeout(pub(super) Duration);

/// What the fault of such a server says.
#[derive(Debug, thiserror::Error)]
#[error("Instance build timed out after {} seconds.", .0.as_secs())]
struct InstanceBuildTimeout(Duration);

impl NovaException for InstanceBuildTimeout {
    fn class(&self) -> Cow<'_, str> {
        "InstanceBuildTimeout".into()
    }
}

#[async_trait]
impl PeriodicTask for BuildTimeout {
    fn patience(&self) -> Duration {
        self.0
    }

    async fn look(&self, store: &dyn Store, context: &RequestContext) -> Result<(), StoreError> {
        let now = DateTime::now();
        let building = Query::all().with("vm_state", VmState::Building.as_str());
        let building = building.with("deleted", false);
        for mut instance in Instance::list(store, context, building).await? {
            let age = instance.created_at.map_or(0.0, |created| now.seconds_from(created));
            if age >= self.0.as_secs_f64() {
                tracing::warn!(instance = instance.uuid, "Instance build timed out.");
                let (fault, host) = (InstanceBuildTimeout(self.0), instance.host.as_deref());
                let fault = InstanceFault::of(&instance, &fault, host);
                instance.vm_state = VmState::Error;
                instance.task_state = None;
                end(store, context, instance, Some(fault)).await?;
            }
        }
        Ok(())
    }
}
