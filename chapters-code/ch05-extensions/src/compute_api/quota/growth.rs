//! Instances that are to take more than they do (`nova/compute/api.py` `_check_quota_for_upsize`).

use super::{Owner, QuotaEngine, instances::grant};
use crate::compute_api::{Action, ComputeApiError};
use nova_objects::{
    Flavor, Instance, InstanceAction, NovaObject, Query, RequestContext, StoreError,
    TaskState::{self, ResizeFinish, ResizeMigrated, ResizeMigrating, ResizePrep},
    Tracked,
};

impl QuotaEngine {
    /// Is there room for one more of the size `more`, if it is no instance more?
    ///
    /// # Errors
    ///
    /// There is not: names the quotas in the way. Or the store is out of reach.
    pub(in crate::compute_api) async fn check_upsize_quota(
        &self,
        context: &RequestContext,
        more: &Flavor,
    ) -> Result<(), ComputeApiError> {
        let there = self.instances(context, Owner::project(Owner::of(context).project_id)).await?;
        self.fits_beside(context, &there, more, false).await
    }

    /// The same as at first, once `begun` is written: does `more` fit beside what was there, and
    /// what began to grow before? It may be an instance more.
    ///
    /// Of several requests at once, each sees those that wrote first. So the last ones find no
    /// place, and however many there are, the project is not over its quota.
    ///
    /// # Errors
    ///
    /// It does not. Or the store is out of reach.
    pub(in crate::compute_api) async fn recheck_growth(
        &self,
        context: &RequestContext,
        begun: &InstanceAction,
        more: &Flavor,
        an_instance_more: bool,
    ) -> Result<(), ComputeApiError> {
        if !self.options.recheck_quota {
            return Ok(());
        }
        let there = self.instances_before(context, begun).await?;
        self.fits_beside(context, &there, more, an_instance_more).await
    }

    async fn fits_beside(
        &self,
        context: &RequestContext,
        there: &[Tracked<Instance>],
        more: &Flavor,
        an_instance_more: bool,
    ) -> Result<(), ComputeApiError> {
        let limits = self.limits_of(context).await?;
        let mut shares = self.shares(context, &limits, more, there);
        shares.retain(|share| an_instance_more || share.name != "instances");
        grant(&shares, 1, 1).map(drop)
    }

    /// The instances that are there for who has begun to grow. Others that grow have the size
    /// that they had, unless they began before.
    async fn instances_before(
        &self,
        context: &RequestContext,
        begun: &InstanceAction,
    ) -> Result<Vec<Tracked<Instance>>, StoreError> {
        let project = Owner::project(Owner::of(context).project_id);
        let mut there = self.instances(context, project).await?;
        let growing = there.iter().filter(|instance| grows(instance));
        let actions = [Action::Resize, Action::Restore].map(|a| a.precondition().name.into());
        let of_growing = Query::all()
            .with_any("instance_uuid", growing.map(|instance| instance.uuid.as_str().into()))
            .with_any("action", actions);
        let actions = InstanceAction::list(&*self.store, &context.elevated(), of_growing).await?;
        let began_before = |instance: &Instance| {
            let own = actions.iter().filter(|action| action.instance_uuid == instance.uuid);
            own.map(|action| action.id).max().is_some_and(|last| last < begun.id)
        };
        there.retain_mut(|instance| {
            if !grows(instance) || began_before(instance) {
                return true;
            }
            let was_there = !comes_back(instance);
            instance.task_state = None;
            was_there
        });
        Ok(there)
    }
}

/// Is it under way to take more?
fn grows(instance: &Instance) -> bool {
    is_resizing(instance) || comes_back(instance)
}

/// Is it under way to another size?
pub(super) fn is_resizing(instance: &Instance) -> bool {
    let tasks = [ResizePrep, ResizeMigrating, ResizeMigrated, ResizeFinish];
    instance.task_state.is_some_and(|task| tasks.contains(&task))
}

/// Was it put away, and is it brought back?
pub(super) fn comes_back(instance: &Instance) -> bool {
    instance.task_state == Some(TaskState::Restoring)
}
