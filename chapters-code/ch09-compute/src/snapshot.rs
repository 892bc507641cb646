//! An image is filled from a guest's disk (`nova/compute/manager.py` `snapshot_instance`).

use crate::{ComputeDriver, ComputeError, ComputeManager, Snapshot};
use nova_objects::{
    ImageMeta, Instance, NovaObject, RequestContext,
    TaskState::{ImagePendingUpload, ImageSnapshot, ImageSnapshotPending, ImageUploading},
    Tracked,
    sockets::SnapshotInstance,
};
use std::{io::ErrorKind, sync::Arc};

impl ComputeManager {
    /// Takes the content of the guest's disk, and has the image service keep it.
    ///
    /// The instance is not locked: it can be deleted meanwhile. Then, and if anything goes wrong,
    /// the image is deleted too.
    ///
    /// # Errors
    ///
    /// The hypervisor or the image service could not, or somebody else has taken over the
    /// instance. A fault says so, and the instance is what it was before.
    pub async fn snapshot_instance(
        self: Arc<Self>,
        context: RequestContext,
        args: SnapshotInstance,
    ) -> Result<(), ComputeError> {
        let SnapshotInstance { mut instance, image_id } = args;
        let operation = self.begin(&context, &instance, "compute_snapshot_instance").await?;
        let operation = operation.through(&[ImageSnapshot, ImagePendingUpload, ImageUploading]);
        let result = match self.do_snapshot_instance(&context, &mut instance, &image_id).await {
            Ok(()) => Ok(()),
            Err(error) => self.snapshot_failed(&context, &instance, &image_id, error).await,
        };
        operation.end(&mut instance, result).await
    }

    async fn do_snapshot_instance(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        image_id: &str,
    ) -> Result<(), ComputeError> {
        self.set_task_state(context, instance, ImageSnapshot, &[ImageSnapshotPending]).await?;
        let snapshot = self.hypervisor.snapshot(context, instance).await?;
        let uploaded = self.upload(context, instance, image_id, &snapshot).await;
        remove(&snapshot).await;
        if !uploaded? {
            tracing::warn!("Image {image_id} not found during snapshot");
        }
        let vm_state = instance.vm_state;
        self.settle(context, instance, vm_state, &[Some(ImageUploading)]).await
    }

    /// Fills the image, and says what it is filled with; `false` if there is no such image.
    async fn upload(
        &self,
        context: &RequestContext,
        instance: &mut Tracked<Instance>,
        image_id: &str,
        snapshot: &Snapshot,
    ) -> Result<bool, ComputeError> {
        self.set_task_state(context, instance, ImagePendingUpload, &[ImageSnapshot]).await?;
        self.set_task_state(context, instance, ImageUploading, &[ImagePendingUpload]).await?;
        let Some(image) = self.image_api.get(context, image_id).await? else { return Ok(false) };
        let (disk_format, container_format) =
            (Some(snapshot.disk_format.clone()), Some("bare".into()));
        let image = ImageMeta { disk_format, container_format, ..image };
        let found = self.image_api.update(context, image).await?.is_some();
        Ok(found && self.image_api.upload(context, image_id, &snapshot.path).await?)
    }

    /// Nobody will fill the image any more (the decorator `delete_image_on_error`). If the owner
    /// has deleted the instance, that is all.
    async fn snapshot_failed(
        &self,
        context: &RequestContext,
        instance: &Instance,
        image_id: &str,
        error: ComputeError,
    ) -> Result<(), ComputeError> {
        if let Err(error) = self.image_api.delete(context, image_id).await {
            tracing::warn!(%error, "Error while trying to clean up image {image_id}");
        }
        let row = Instance::get(&*self.store, context, &instance.uuid).await;
        if error.instance_is_gone() || row.is_err_and(|error| error.is_not_found()) {
            tracing::debug!("Instance disappeared during snapshot");
            return Ok(());
        }
        Err(error)
    }
}

/// Removes the file of a snapshot. If the guest is gone, so may be its folder.
async fn remove(snapshot: &Snapshot) {
    if let Err(error) = tokio::fs::remove_file(&snapshot.path).await
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(%error, "cannot remove {}", snapshot.path.display());
    }
}
