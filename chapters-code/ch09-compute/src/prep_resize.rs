//! The first step of a resize, on the host that the guest is to go to (`nova/compute/manager.py`
//! `prep_resize`).

use crate::{ComputeError, ComputeManager, old_vm_state};
use nova_objects::{
    Instance, RequestContext,
    TaskState::ResizePrep,
    Tracked,
    sockets::{PrepResize, ResizeInstance},
};
use std::sync::Arc;

impl ComputeManager {
    /// Claims the resources of the new size, and asks the host that has the guest to send it. If
    /// this host cannot take it, the scheduler is asked for another.
    ///
    /// # Errors
    ///
    /// This host cannot take it and there is no second try: the instance is in ERROR, with a
    /// fault. Or somebody else has taken over the instance.
    pub async fn prep_resize(
        self: Arc<Self>,
        context: RequestContext,
        mut args: PrepResize,
    ) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(&args.instance.uuid).await;
        let operation = self.begin(&context, &args.instance, "compute_prep_resize").await?;
        let result = match self.do_prep_resize(&context, &mut args).await {
            Ok(()) => Ok(()),
            Err(error) => self.reschedule_resize_or_reraise(&context, &mut args, error).await,
        };
        let result = self.error_out_instance(&context, &mut args.instance, result).await;
        operation.end(&mut args.instance, result).await
    }

    async fn do_prep_resize(
        &self,
        context: &RequestContext,
        args: &mut PrepResize,
    ) -> Result<(), ComputeError> {
        let PrepResize { instance, flavor, request_spec, filter_properties } = args;
        let source = self.source_of(instance, flavor.id)?;
        instance.new_flavor = Some(flavor.clone());
        old_vm_state::stash(instance);
        instance.save_expecting(&*self.store, context, &[Some(ResizePrep)]).await?;
        let limits = &filter_properties.limits;
        let claim = self.tracker.resize_claim(context, instance, flavor, limits).await;
        let (claim, mut migration) = claim?;
        let args = ResizeInstance {
            instance: instance.clone(),
            migration: migration.clone(),
            image: request_spec.image.clone(),
            flavor: flavor.clone(),
        };
        if let Err(unheard) = self.compute_rpcapi.resize_instance(context, &source, args).await {
            migration.status = "error".into();
            migration.save(&*self.store, context).await?;
            return Err(unheard.into());
        }
        claim.keep();
        Ok(())
    }

    /// The host that has the guest. It may be this one, if the size is to be another.
    fn source_of(&self, instance: &Instance, flavor_id: i64) -> Result<String, ComputeError> {
        let none = || ComputeError::MigrationError { reason: "Instance has no source host".into() };
        let source = instance.host.clone().ok_or_else(none)?;
        if source == self.options.host && instance.flavor.id == flavor_id {
            let instance_id = instance.uuid.clone();
            return Err(ComputeError::UnableToMigrateToSelf { instance_id, host: source });
        }
        Ok(source)
    }

    /// Another host may have better luck: the scheduler is asked again, and the instance is told
    /// why. Without a second try, or without a scheduler, `error` is the end of it.
    async fn reschedule_resize_or_reraise(
        &self,
        context: &RequestContext,
        args: &mut PrepResize,
        error: ComputeError,
    ) -> Result<(), ComputeError> {
        self.give_back(context, &args.instance).await;
        let Some(retry) = &mut args.filter_properties.retry else { return Err(error) };
        if error.instance_is_gone() || error.is_preempted() {
            return Err(error);
        }
        retry.exc_reason = Some(error.to_string());
        // Once the scheduler has heard of it, the instance is another host's.
        let message = error.to_string();
        self.add_instance_fault(context, &args.instance, &error, message).await?;
        if let Err(unheard) = self.scheduler.prep_resize(context, args.clone()).await {
            tracing::warn!(%unheard, "Error trying to reschedule");
            return Err(error);
        }
        Ok(())
    }

    /// The claim is dropped: the row of this host is to say so too.
    async fn give_back(&self, context: &RequestContext, instance: &Tracked<Instance>) {
        if let Err(error) = self.tracker.update_usage(context, instance).await {
            tracing::warn!(%error, "the resources of a failed resize are not given back yet");
        }
    }
}
