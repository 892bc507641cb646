//! Making an instance again, from an image (`nova/compute/api.py` `API.rebuild`).

use super::{
    API, Action, ComputeApiError, RebuildRequest, create::check_requested_image, system_metadata,
};
use nova_objects::{ImageMeta, Instance, RequestContext, Tracked, sockets::RebuildInstance};
use std::collections::BTreeMap;

impl API {
    /// Has the instance made again, as the wish says, with its name, its size and its addresses.
    ///
    /// # Errors
    ///
    /// The instance is locked, or in no state for it; the image does not exist or does not fit;
    /// there are more notes or files than a server may have; or somebody else was faster.
    pub async fn rebuild(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        wish: RebuildRequest,
    ) -> Result<(), ComputeApiError> {
        Action::Rebuild.precondition().check(context, &instance)?;
        let image = self.image(context, &wish.image_ref).await?;
        let limits = self.quota.limits_of(context).await?;
        limits.check_metadata_properties_quota(wish.metadata.as_ref().map_or(0, BTreeMap::len))?;
        limits.check_injected_file_quota(&wish.injected_files)?;
        check_requested_image(&image, &instance.flavor)?;
        let orig_image_ref = instance.image_ref.clone();
        change(&mut instance, wish, &image);
        let host = self.begin(context, &mut instance, Action::Rebuild).await?;
        let args = RebuildInstance { instance, image_ref: image.id, orig_image_ref };
        Ok(self.compute_rpcapi.rebuild_instance(context, &host, args).await?)
    }
}

fn change(instance: &mut Instance, wish: RebuildRequest, image: &ImageMeta) {
    let property = |name: &str| image.properties.get(name)?.as_str().map(str::to_owned);
    instance.image_ref.clone_from(&image.id);
    instance.kernel_id = property("kernel_id");
    instance.ramdisk_id = property("ramdisk_id");
    system_metadata::reset_image(instance, image);
    if let Some(name) = wish.display_name {
        instance.display_name = name;
    }
    if let Some(description) = wish.display_description {
        instance.display_description = description;
    }
    if let Some(metadata) = wish.metadata {
        instance.metadata = metadata;
    }
    if let Some(auto) = wish.auto_disk_config {
        instance.auto_disk_config = auto;
    }
    instance.access_ip_v4 = wish.access_ip_v4.or(instance.access_ip_v4.take());
    instance.access_ip_v6 = wish.access_ip_v6.or(instance.access_ip_v6.take());
}
