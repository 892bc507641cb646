//! Pause and unpause (`nova/compute/manager.py` `pause_instance`, `unpause_instance`).

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{
    Instance, RequestContext,
    TaskState::{Pausing, Unpausing},
    Tracked, VmState,
    sockets::OneInstance,
};
use std::sync::Arc;

impl ComputeManager {
    /// Holds the guest. It keeps its memory, and its host.
    ///
    /// # Errors
    ///
    /// The hypervisor could not, or somebody else has taken over the instance. A fault says so,
    /// and the instance is what it was before.
    pub async fn pause_instance(
        self: Arc<Self>,
        context: RequestContext,
        OneInstance { mut instance }: OneInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        let operation = self.begin(&context, &instance, "compute_pause_instance").await?;
        let result = self.do_pause_instance(&context, &mut instance).await;
        operation.end(&mut instance, result).await
    }

    async fn do_pause_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        self.hypervisor.pause(instance).await?;
        self.settle(context, instance, VmState::Paused, &[Some(Pausing)]).await
    }

    /// Lets a held guest go on.
    ///
    /// # Errors
    ///
    /// As [`pause_instance`](Self::pause_instance).
    pub async fn unpause_instance(
        self: Arc<Self>,
        context: RequestContext,
        OneInstance { mut instance }: OneInstance,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&instance.uuid).await;
        self.unpause(&context, &mut instance).await
    }

    /// The same, for who needs no lock.
    pub(crate) async fn unpause(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        let operation = self.begin(context, instance, "compute_unpause_instance").await?;
        let result = self.do_unpause_instance(context, instance).await;
        operation.end(instance, result).await
    }

    async fn do_unpause_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
    ) -> Result<(), ComputeError> {
        self.hypervisor.unpause(instance).await?;
        self.settle(context, instance, VmState::Active, &[Some(Unpausing)]).await
    }
}
