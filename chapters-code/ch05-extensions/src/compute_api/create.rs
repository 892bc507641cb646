//! From a wish to rows and a message (`nova/compute/api.py` `API.create`, `_create_instance`).

use super::{API, ComputeApiError};
use nova_objects::{
    FilterProperties, Flavor, ImageMeta, Instance, NovaObject, Query, RequestContext, RequestSpec,
    Tracked, sockets::RunInstance,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a user wants to have made.
#[derive(Clone, Debug)]
pub struct CreateRequest {
    /// How it is to be called.
    pub name: String,
    /// The size, by its `flavorid`.
    pub flavor_ref: String,
    /// The image, by its UUID.
    pub image_ref: String,
    /// At least so many, or none.
    pub min_count: i64,
    /// At most so many.
    pub max_count: i64,
    /// In which zone, if it matters.
    pub availability_zone: Option<String>,
    /// The owner's notes.
    pub metadata: BTreeMap<String, String>,
    /// An address for display.
    pub access_ip_v4: Option<String>,
    /// The same for IPv6.
    pub access_ip_v6: Option<String>,
    /// Wishes for the scheduler.
    pub scheduler_hints: BTreeMap<String, Vec<String>>,
}

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
        check_availability_zone(wish.availability_zone.as_deref())?;
        let flavor = self.flavor(context, &wish.flavor_ref).await?;
        let image = self.image(context, &wish.image_ref).await?;
        check_requested_image(&image, &flavor)?;
        let there = Instance::list(&*self.store, context, of_project(context)).await?;
        let (min, max) = (wish.min_count, wish.max_count);
        let count = self.quota.check_num_instances_quota(&there, &flavor, min, max)?;
        let mut instances = Vec::new();
        let provisioned =
            self.provision_instances(context, &wish, &flavor, count, &mut instances).await;
        if let Err(error) = provisioned {
            self.abandon(context, &instances).await;
            return Err(error);
        }
        let args = RunInstance {
            instances: instances.clone(),
            request_spec: RequestSpec {
                project_id: context.project_id.clone().unwrap_or_default(),
                flavor,
                image,
                num_instances: instances.len(),
                availability_zone: wish.availability_zone,
            },
            filter_properties: FilterProperties {
                scheduler_hints: wish.scheduler_hints,
                ..FilterProperties::default()
            },
        };
        if let Err(error) = self.scheduler_rpcapi.run_instance(context, args).await {
            self.abandon(context, &instances).await;
            return Err(error.into());
        }
        Ok(instances)
    }

    /// Takes back instances that nobody will ever build.
    async fn abandon(&self, context: &RequestContext, instances: &[Tracked<Instance>]) {
        for instance in instances {
            if let Err(error) = instance.destroy(&*self.store, context).await {
                tracing::error!(%error, instance = instance.uuid, "left behind in BUILD");
            }
        }
    }

    async fn flavor(
        &self,
        context: &RequestContext,
        flavor_ref: &str,
    ) -> Result<Flavor, ComputeApiError> {
        match Flavor::get(&*self.store, context, flavor_ref).await {
            Ok(flavor) => Ok((*flavor).clone()),
            Err(error) if error.is_not_found() => Err(ComputeApiError::FlavorNotFound),
            Err(error) => Err(error.into()),
        }
    }

    async fn image(
        &self,
        context: &RequestContext,
        image_ref: &str,
    ) -> Result<ImageMeta, ComputeApiError> {
        let image = self.image_api.get(context, image_ref).await?;
        image.ok_or(ComputeApiError::ImageNotFound)
    }

    /// Writes one row for each instance into `instances`, and that its creation has begun.
    async fn provision_instances(
        &self,
        context: &RequestContext,
        wish: &CreateRequest,
        flavor: &Flavor,
        count: i64,
        instances: &mut Vec<Tracked<Instance>>,
    ) -> Result<(), ComputeApiError> {
        let reservation_id = format!("r-{}", &Uuid::new_v4().simple().to_string()[..8]);
        let project_id = context.project_id.as_deref().unwrap_or_default();
        let user_id = context.user_id.as_deref().unwrap_or_default();
        for index in 0..count {
            let name = self.apply_instance_name_template(&wish.name, index, wish.max_count);
            let instance = Instance {
                image_ref: wish.image_ref.clone(),
                availability_zone: wish.availability_zone.clone(),
                metadata: wish.metadata.clone(),
                access_ip_v4: wish.access_ip_v4.clone(),
                access_ip_v6: wish.access_ip_v6.clone(),
                reservation_id: reservation_id.clone(),
                launch_index: index,
                ..Instance::building(project_id, user_id, &name, flavor.clone())
            };
            instances.push(instance.create(&*self.store, context).await?);
        }
        for instance in instances.iter() {
            self.record_action_start(context, instance, "create").await?;
        }
        Ok(())
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

fn of_project(context: &RequestContext) -> Query {
    Query::all().with("project_id", context.project_id.clone()).with("deleted", false)
}

/// The zone of every host (`default_availability_zone`): there are no aggregates to make others.
const DEFAULT_AVAILABILITY_ZONE: &str = "nova";

fn check_availability_zone(wanted: Option<&str>) -> Result<(), ComputeApiError> {
    match wanted {
        None | Some(DEFAULT_AVAILABILITY_ZONE) => Ok(()),
        Some(_) => Err(ComputeApiError::AvailabilityZoneNotAvailable),
    }
}

const GIB: i64 = 1024 * 1024 * 1024;

fn check_requested_image(image: &ImageMeta, flavor: &Flavor) -> Result<(), ComputeApiError> {
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
