//! Making an image of an instance's disk (`nova/compute/api.py` `API.snapshot`).

use super::{API, Action, ComputeApiError};
use nova_objects::{ImageMeta, Instance, RequestContext, Tracked, sockets::SnapshotInstance};
use std::collections::BTreeMap;

impl API {
    /// Makes an image without content, called `name`, and has it filled from the instance's disk.
    ///
    /// # Errors
    ///
    /// The instance is in no state for it, or no host has it; the image service cannot be
    /// reached; or somebody else was faster.
    pub async fn snapshot(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        name: &str,
        extra_properties: BTreeMap<String, String>,
    ) -> Result<ImageMeta, ComputeApiError> {
        Action::CreateImage.precondition().check(context, &instance)?;
        let image = snapshot_of(context, &instance, name, extra_properties);
        let image = self.image_api.create(context, image).await?;
        let begun = self.begin(context, &mut instance, Action::CreateImage).await;
        if begun.is_err() {
            // Nobody will ever fill it. Nova leaves it behind.
            self.image_api.delete(context, &image.id).await?;
        }
        let args = SnapshotInstance { instance, image_id: image.id.clone() };
        self.compute_rpcapi.snapshot_instance(context, &begun?, args).await?;
        Ok(image)
    }
}

/// The owner's notes on the image stand above Nova's own (`_create_image`).
fn snapshot_of(
    context: &RequestContext,
    instance: &Instance,
    name: &str,
    extra_properties: BTreeMap<String, String>,
) -> ImageMeta {
    let own = [
        ("instance_uuid", instance.uuid.as_str()),
        ("user_id", context.user_id.as_deref().unwrap_or_default()),
        ("image_type", "snapshot"),
        ("base_image_ref", instance.image_ref.as_str()),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let properties = own.into_iter().chain(extra_properties);
    ImageMeta {
        name: Some(name.to_owned()),
        properties: properties.map(|(name, value)| (name, value.into())).collect(),
        ..ImageMeta::default()
    }
}
