//! From a wish to rows and a message (`nova/compute/api.py` `API.create`, `_create_instance`).

use super::{API, ComputeApiError, CreateRequest, quota::Limits, system_metadata};
use nova_objects::{
    FilterProperties, Flavor, ImageMeta, Instance, KeyPair, NovaObject, Query, RequestContext,
    RequestSpec, Tracked, sockets::RunInstance,
};
use uuid::Uuid;

impl API {
    /// Checks the wish, writes the instances down as building, and has them scheduled.
    ///
    /// It does not wait for that: what comes of it is seen in the instances.
    ///
    /// # Errors
    ///
    /// What the wish asks for does not exist, does not fit together, or is over quota; or the
    /// store, the image service or the scheduler cannot be reached.
    pub async fn create(
        &self,
        context: &RequestContext,
        wish: CreateRequest,
    ) -> Result<Vec<Tracked<Instance>>, ComputeApiError> {
        // ANCHOR: create
        self.check_availability_zone(context, wish.availability_zone.as_deref()).await?;
        self.check_requested_instance_group(context, &wish.scheduler_hints).await?;
        let key_pair = self.key_pair(context, wish.key_name.as_deref()).await?;
        let flavor = self.flavor(context, &wish.flavor_ref).await?;
        let image = self.image(context, &wish.image_ref).await?;
        check_requested_image(&image, &flavor)?;
        let limits = self.quota.limits_of(context).await?;
        let count = self.check_quotas(context, &limits, &wish, &flavor).await?;

        let base = base_options(context, &wish, &flavor, &image, key_pair.as_deref());

        let instances = self.provision_instances(context, &limits, &wish, &base, count).await?;
        let args = run_instance(context, wish, flavor, image, instances.clone());
        if let Err(error) = self.scheduler_rpcapi.run_instance(context, args).await {
            self.abandon(context, &instances).await;
            return Err(error.into());
        }
        Ok(instances)
        // ANCHOR_END: create
    }

    /// Takes back instances that nobody will ever build.
    async fn abandon(&self, context: &RequestContext, instances: &[Tracked<Instance>]) {
        for instance in instances {
            if let Err(error) = instance.destroy(&*self.store, context).await {
                tracing::error!(%error, instance = instance.uuid, "left behind in BUILD");
            }
        }
    }

    /// The flavor that a wish names; one that is withdrawn is for nobody any more.
    pub(super) async fn flavor(
        &self,
        context: &RequestContext,
        flavor_ref: &str,
    ) -> Result<Flavor, ComputeApiError> {
        match self.flavors.get(context, flavor_ref).await {
            Ok(flavor) if flavor.disabled => Err(ComputeApiError::FlavorNotFound),
            Ok(flavor) => Ok((*flavor).clone()),
            Err(error) if error.is_not_found() => Err(ComputeApiError::FlavorNotFound),
            Err(error) => Err(error.into()),
        }
    }

    /// The image that a wish names.
    pub(super) async fn image(
        &self,
        context: &RequestContext,
        image_ref: &str,
    ) -> Result<ImageMeta, ComputeApiError> {
        let image = self.image_api.get(context, image_ref).await?;
        image.ok_or(ComputeApiError::ImageNotFound)
    }

    /// The key of the user who asks.
    async fn key_pair(
        &self,
        context: &RequestContext,
        name: Option<&str>,
    ) -> Result<Option<Tracked<KeyPair>>, ComputeApiError> {
        let Some(name) = name.map(str::trim) else { return Ok(None) };
        let named = Query::all().with("user_id", context.user_id.clone()).with("name", name);
        match KeyPair::find(&*self.store, context, named).await? {
            None => Err(ComputeApiError::KeypairNotFound),
            found => Ok(found),
        }
    }

    async fn check_availability_zone(
        &self,
        context: &RequestContext,
        wanted: Option<&str>,
    ) -> Result<(), ComputeApiError> {
        let Some(wanted) = wanted else { return Ok(()) };
        if self.host_api.zones(context).await?.are_there(wanted) {
            return Ok(());
        }
        Err(ComputeApiError::AvailabilityZoneNotAvailable)
    }

    /// How many servers the quotas grant, each with its notes and files.
    async fn check_quotas(
        &self,
        context: &RequestContext,
        limits: &Limits,
        wish: &CreateRequest,
        flavor: &Flavor,
    ) -> Result<i64, ComputeApiError> {
        limits.check_metadata_properties_quota(wish.metadata.len())?;
        limits.check_injected_file_quota(&wish.injected_files)?;
        let counts = (wish.min_count, wish.max_count);
        self.quota.check_num_instances_quota(context, limits, flavor, counts).await
    }

    /// Writes one row for each instance, and that its creation has begun; or, if that fails,
    /// leaves none.
    async fn provision_instances(
        &self,
        context: &RequestContext,
        limits: &Limits,
        wish: &CreateRequest,
        base: &Instance,
        count: i64,
    ) -> Result<Vec<Tracked<Instance>>, ComputeApiError> {
        let mut instances = Vec::new();
        let provision = async {
            for index in 0..count {
                let name =
                    self.apply_instance_name_template(&wish.display_name, index, wish.max_count);
                let instance = base.numbered(index, &name);
                instances.push(instance.create(&*self.store, context).await?);
            }
            self.quota.recheck_num_instances_quota(context, limits, &instances).await?;
            self.add_members(context, &wish.scheduler_hints, &instances).await?;
            for instance in &instances {
                self.record_action_start(context, instance, "create").await?;
            }
            Ok(())
        };
        match provision.await {
            Ok(()) => Ok(instances),
            Err(error) => {
                self.abandon(context, &instances).await;
                Err(error)
            }
        }
    }

    fn apply_instance_name_template(&self, name: &str, index: i64, max_count: i64) -> String {
        if max_count <= 1 {
            return name.to_owned();
        }
        let template = &self.options.multi_instance_display_name_template;
        // The name last: what looks like a placeholder in it is part of the name.
        template.replace("%(count)d", &(index + 1).to_string()).replace("%(name)s", name)
    }
}

/// What the scheduler is told.
fn run_instance(
    context: &RequestContext,
    wish: CreateRequest,
    flavor: Flavor,
    image: ImageMeta,
    instances: Vec<Tracked<Instance>>,
) -> RunInstance {
    RunInstance {
        request_spec: RequestSpec {
            project_id: context.project_id.clone().unwrap_or_default(),
            flavor,
            image,
            num_instances: instances.len(),
            availability_zone: wish.availability_zone,
        },
        filter_properties: FilterProperties {
            scheduler_hints: wish.scheduler_hints,
            force_hosts: wish.forced_host.into_iter().collect(),
            force_nodes: wish.forced_node.into_iter().collect(),
            ..FilterProperties::default()
        },
        instances,
    }
}

/// What all instances of a request have in common (`_validate_and_build_base_options`).
fn base_options(
    context: &RequestContext,
    wish: &CreateRequest,
    flavor: &Flavor,
    image: &ImageMeta,
    key_pair: Option<&KeyPair>,
) -> Instance {
    let project_id = context.project_id.as_deref().unwrap_or_default();
    let user_id = context.user_id.as_deref().unwrap_or_default();
    let property = |name: &str| image.properties.get(name)?.as_str().map(str::to_owned);
    let config_drive = if wish.config_drive { "True" } else { "" };
    Instance {
        display_description: wish.display_description.clone(),
        image_ref: image.id.clone(),
        kernel_id: property("kernel_id"),
        ramdisk_id: property("ramdisk_id"),
        root_device_name: Some(ROOT_DEVICE.into()),
        availability_zone: wish.availability_zone.clone(),
        metadata: wish.metadata.clone(),
        system_metadata: system_metadata::from_image(image, flavor),
        key_name: key_pair.map(|key| key.name.clone()),
        key_data: key_pair.map(|key| key.public_key.clone()),
        config_drive: config_drive.into(),
        user_data: wish.user_data.clone(),
        auto_disk_config: wish.auto_disk_config.unwrap_or(false),
        access_ip_v4: wish.access_ip_v4.clone(),
        access_ip_v6: wish.access_ip_v6.clone(),
        reservation_id: format!("r-{}", &Uuid::new_v4().simple().to_string()[..8]),
        ..Instance::building(project_id, user_id, &wish.display_name, flavor.clone())
    }
}

/// What guests call their first disk.
const ROOT_DEVICE: &str = "/dev/vda";

const GIB: i64 = 1024 * 1024 * 1024;

/// Can `flavor` boot `image` (`_check_requested_image`)?
pub(super) fn check_requested_image(
    image: &ImageMeta,
    flavor: &Flavor,
) -> Result<(), ComputeApiError> {
    if image.status != "active" {
        return Err(ComputeApiError::ImageNotActive(image.id.clone()));
    }
    if flavor.memory_mb < image.min_ram {
        return Err(ComputeApiError::FlavorMemoryTooSmall);
    }
    // A root disk of 0 GiB is as large as its image.
    if flavor.root_gb != 0 && flavor.root_gb < image.min_disk {
        let (flavor, image) = (flavor.root_gb * GIB, image.min_disk * GIB);
        return Err(ComputeApiError::FlavorDiskTooSmall { flavor, image });
    }
    Ok(())
}
