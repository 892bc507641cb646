//! Giving an instance another size (`nova/compute/api.py` `API.resize`, `confirm_resize`,
//! `revert_resize`).

use super::{API, Action, ComputeApiError, ResizeRequest, begin::host_for, owner_of};
use nova_objects::{
    FilterProperties, Flavor, ImageMeta, Instance, Migration, NovaObject, Query, RequestContext,
    RequestSpec, Tracked,
    sockets::{MigratedInstance, PrepResize},
};

impl API {
    /// Has a host chosen for the instance in another size, and the instance moved there.
    ///
    /// # Errors
    ///
    /// The instance is locked, or in no state for it; there is no such size, it is the one it
    /// has, or it is over quota; or somebody else was faster.
    pub async fn resize(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        wish: ResizeRequest,
    ) -> Result<(), ComputeApiError> {
        let precondition = Action::Resize.precondition();
        precondition.check(context, &instance)?;
        let flavor = self.other_size(context, &instance, &wish.flavor_ref).await?;
        let (owner, more) = (owner_of(context, &instance), growth(&instance, &flavor));
        self.quota.check_upsize_quota(&owner, &more).await?;
        let image = self.image_api.get(context, &instance.image_ref).await?;
        let auto_disk_config = instance.auto_disk_config;
        instance.auto_disk_config = wish.auto_disk_config.unwrap_or(auto_disk_config);
        let host = host_for(context, &instance, Action::Resize)?;
        instance.new_flavor = Some(flavor.clone());
        self.set_task(context, &mut instance, precondition).await?;
        let begun = self.record_action_start(context, &instance, precondition.name).await?;
        if let Err(refused) = self.quota.recheck_growth(&owner, &begun, &more, false).await {
            (instance.new_flavor, instance.auto_disk_config) = (None, auto_disk_config);
            self.take_back(context, instance, begun).await?;
            return Err(refused);
        }
        let may_stay = self.options.allow_resize_to_same_host;
        let ignore_hosts = if may_stay { Vec::new() } else { vec![host] };
        // The image may be gone: then all that is known of it is its name.
        let image = image.unwrap_or_else(|| unknown(&instance.image_ref));
        let args = PrepResize {
            request_spec: RequestSpec {
                project_id: instance.project_id.clone(),
                flavor: flavor.clone(),
                image,
                num_instances: 1,
                availability_zone: instance.availability_zone.clone(),
            },
            flavor,
            instance,
            filter_properties: FilterProperties { ignore_hosts, ..FilterProperties::default() },
        };
        Ok(self.scheduler_rpcapi.prep_resize(context, args).await?)
    }

    /// Keeps the instance's new size, and has what is left of the old one removed.
    ///
    /// # Errors
    ///
    /// The instance is locked, or was not resized; or somebody else was faster.
    pub async fn confirm_resize(
        &self,
        context: &RequestContext,
        instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        let args = self.decide(context, instance, Action::ConfirmResize, "confirming").await?;
        let host = args.migration.source_compute.clone();
        Ok(self.compute_rpcapi.confirm_resize(context, &host, args).await?)
    }

    /// Gives the instance its old size back.
    ///
    /// # Errors
    ///
    /// The instance is locked, or was not resized; or somebody else was faster.
    pub async fn revert_resize(
        &self,
        context: &RequestContext,
        instance: Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        let args = self.decide(context, instance, Action::RevertResize, "reverting").await?;
        let host = args.migration.dest_compute.clone();
        Ok(self.compute_rpcapi.revert_resize(context, &host, args).await?)
    }

    /// Has what is left of the old size removed, for the instance is about to be deleted, and its
    /// own host has only the new one. This is waited for: the row says where the old one is.
    ///
    /// If the host of the old one is down, nobody can be told. Nova waits for it all the same, and
    /// the instance cannot be deleted; here it can.
    ///
    /// # Errors
    ///
    /// That host could not, or does not answer. The instance is not being deleted any more.
    pub(super) async fn confirm_resize_on_deleting(
        &self,
        context: &RequestContext,
        instance: &Tracked<Instance>,
    ) -> Result<(), ComputeApiError> {
        let unconfirmed = Query::all()
            .with("instance_uuid", instance.uuid.as_str())
            .with_any("status", ["finished", "confirming"].map(Into::into))
            .descending("id");
        let migration = Migration::find(&*self.store, &context.elevated(), unconfirmed).await?;
        let Some(migration) = migration else {
            tracing::info!("Instance may have been confirmed during delete");
            return Ok(());
        };
        let source = migration.source_compute.clone();
        if !self.service_is_up(context, &source).await? {
            tracing::warn!(instance = instance.uuid, "{source} is down, and keeps its old guest");
            return Ok(());
        }
        let confirm = Action::ConfirmResize.precondition().name;
        let begun = self.record_action_start(context, instance, confirm).await?;
        let mut instance = instance.clone();
        let args = MigratedInstance { instance: instance.clone(), migration };
        let told = self.compute_rpcapi.confirm_resize_and_wait(context, &source, args).await;
        if told.is_err() {
            instance.deleted_at = None;
            self.take_back(context, instance, begun).await?;
        }
        Ok(told?)
    }

    /// Writes down what has been decided on the instance's last move: `status` says what.
    ///
    /// Nova begins a confirmation without a task, so two of them can get through; here each
    /// decision has one.
    async fn decide(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        action: Action,
        status: &str,
    ) -> Result<MigratedInstance, ComputeApiError> {
        let precondition = action.precondition();
        precondition.check(context, &instance)?;
        let finished = Query::all()
            .with("instance_uuid", instance.uuid.as_str())
            .with("status", "finished")
            .descending("id");
        let elevated = context.elevated();
        let migration = Migration::find(&*self.store, &elevated, finished).await?;
        let mut migration = migration.ok_or(ComputeApiError::MigrationNotFound)?;
        self.set_task(context, &mut instance, precondition).await?;
        status.clone_into(&mut migration.status);
        migration.save(&*self.store, &elevated).await?;
        self.record_action_start(context, &instance, precondition.name).await?;
        Ok(MigratedInstance { instance, migration })
    }

    /// The flavor that a wish names, if `instance` can have it.
    async fn other_size(
        &self,
        context: &RequestContext,
        instance: &Instance,
        flavor_ref: &str,
    ) -> Result<Flavor, ComputeApiError> {
        let unknown = || ComputeApiError::NoFlavorToResizeTo(flavor_ref.to_owned());
        let flavor = match self.flavor(context, flavor_ref).await {
            Err(ComputeApiError::FlavorNotFound) => return Err(unknown()),
            found => found?,
        };
        if flavor.root_gb == 0 && instance.flavor.root_gb != 0 {
            return Err(ComputeApiError::CannotResizeDisk);
        }
        if flavor.id == instance.flavor.id {
            return Err(ComputeApiError::CannotResizeToSameFlavor);
        }
        if flavor.disabled { Err(unknown()) } else { Ok(flavor) }
    }
}

/// What `flavor` has more than the instance's (`upsize_quota_delta`).
fn growth(instance: &Instance, flavor: &Flavor) -> Flavor {
    Flavor {
        vcpus: (flavor.vcpus - instance.flavor.vcpus).max(0),
        memory_mb: (flavor.memory_mb - instance.flavor.memory_mb).max(0),
        ..flavor.clone()
    }
}

fn unknown(image_ref: &str) -> ImageMeta {
    ImageMeta { id: image_ref.to_owned(), ..ImageMeta::default() }
}
