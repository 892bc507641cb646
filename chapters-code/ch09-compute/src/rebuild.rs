//! A guest is made again, from an image (`nova/compute/manager.py` `rebuild_instance`).

use crate::{ComputeDriver, ComputeError, ComputeManager};
use nova_objects::{
    DateTime, ImageMeta, Instance, RequestContext,
    TaskState::{PoweringOff, RebuildBlockDeviceMapping, RebuildSpawning, Rebuilding},
    Tracked, VmState,
    sockets::RebuildInstance,
};
use std::sync::Arc;

impl ComputeManager {
    /// Removes the guest and makes it again from another image, or from the same. It keeps its
    /// room, its name and its addresses. One that was stopped is stopped again.
    ///
    /// # Errors
    ///
    /// There is no such image: a fault says so, and the guest is as it was. Or the hypervisor
    /// could not: the instance is in ERROR, with a fault. Or the store is out of reach. An
    /// instance that is deleted meanwhile is no error.
    pub async fn rebuild_instance(
        self: Arc<Self>,
        context: RequestContext,
        args: RebuildInstance,
    ) -> Result<(), ComputeError> {
        let RebuildInstance { mut instance, image_ref, .. } = args;
        let _locked = self.locks.lock(&instance.uuid).await;
        let operation = self.begin(&context, &instance, "compute_rebuild_instance").await?;
        let operation =
            operation.through(&[RebuildBlockDeviceMapping, RebuildSpawning, PoweringOff]);
        let result = self.rebuild_from(&context, &mut instance, &image_ref).await;
        operation.end(&mut instance, result).await
    }

    async fn rebuild_from(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        image_ref: &str,
    ) -> Result<(), ComputeError> {
        let image = self.image(context, image_ref).await?;
        let rebuilt = self.do_rebuild_instance(context, instance, &image).await;
        match self.error_out_instance(context, instance, rebuilt).await {
            Err(error) if error.instance_is_gone() => {
                tracing::debug!("Instance was deleted while rebuilding");
                Ok(())
            }
            rebuilt => rebuilt,
        }
    }

    async fn image(
        &self,
        context: &RequestContext,
        image_ref: &str,
    ) -> Result<ImageMeta, ComputeError> {
        if image_ref.is_empty() {
            return Ok(ImageMeta::default());
        }
        let image = self.image_api.get(context, image_ref).await?;
        image.ok_or_else(|| ComputeError::ImageNotFound { image_id: image_ref.into() })
    }

    async fn do_rebuild_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        image: &ImageMeta,
    ) -> Result<(), ComputeError> {
        let vm_state = instance.vm_state;
        instance.power_state = self.get_power_state(instance).await?;
        self.set_task_state(context, instance, Rebuilding, &[Rebuilding]).await?;
        self.hypervisor.destroy(context, instance, true).await?;
        let steps = [Rebuilding, RebuildBlockDeviceMapping, RebuildSpawning];
        for step in steps.windows(2) {
            self.set_task_state(context, instance, step[1], &step[..1]).await?;
        }
        self.hypervisor.spawn(context, instance, image).await?;
        instance.launched_at = Some(DateTime::now());
        self.settle(context, instance, VmState::Active, &[Some(RebuildSpawning)]).await?;
        if vm_state == VmState::Stopped {
            instance.task_state = Some(PoweringOff);
            instance.save_expecting(&*self.store, context, &[None]).await?;
            self.do_stop_instance(context, instance).await?;
        }
        Ok(())
    }
}
