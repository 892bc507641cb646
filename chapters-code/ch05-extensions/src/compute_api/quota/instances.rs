//! How many more instances fit (`nova/compute/api.py` `_check_num_instances_quota`).

use super::{Amounts, Limits, Owner, QuotaEngine, usage::sum};
use crate::compute_api::ComputeApiError;
use nova_objects::{Flavor, Instance, RequestContext, Tracked};

impl QuotaEngine {
    /// How many of `flavor`, from `min` to `max`, may who asks have beside what is there?
    ///
    /// # Errors
    ///
    /// Not even `min`: names the quotas in the way. Or the store is out of reach.
    pub(in crate::compute_api) async fn check_num_instances_quota(
        &self,
        context: &RequestContext,
        limits: &Limits,
        flavor: &Flavor,
        (min, max): (i64, i64),
    ) -> Result<i64, ComputeApiError> {
        if limits.no_limit_to_instances() {
            return Ok(max);
        }
        let there = self.instances(context, Owner::project(Owner::of(context).project_id)).await?;
        grant(&self.shares(context, limits, flavor, &there), min, max)
    }

    /// The same as at first, once `instances` are written: do they fit beside all that came before them?
    ///
    /// Of several requests at once, each sees the rows of those that wrote first; so the last ones
    /// find no place, and however many there are, the project is not over its quota.
    ///
    /// # Errors
    ///
    /// They do not. Or the store is out of reach.
    pub(in crate::compute_api) async fn recheck_num_instances_quota(
        &self,
        context: &RequestContext,
        limits: &Limits,
        instances: &[Tracked<Instance>],
    ) -> Result<(), ComputeApiError> {
        let counted = self.options.recheck_quota && !limits.no_limit_to_instances();
        let Some(last) = instances.last().filter(|_| counted) else { return Ok(()) };
        let project = Owner::project(Owner::of(context).project_id);
        let mut there = self.instances(context, project).await?;
        there.retain(|other| {
            other.id < last.id && instances.iter().all(|own| own.uuid != other.uuid)
        });
        let shares = self.shares(context, limits, &last.flavor, &there);
        let count = i64::try_from(instances.len()).unwrap_or(i64::MAX);
        grant(&shares, count, count).map(drop)
    }

    /// Each quota, or the user's own, whichever leaves less, if these instances are there.
    pub(super) fn shares(
        &self,
        context: &RequestContext,
        limits: &Limits,
        flavor: &Flavor,
        there: &[Tracked<Instance>],
    ) -> Vec<Share> {
        let Owner { user_id, .. } = Owner::of(context);
        let own = there.iter().filter(|instance| Some(instance.user_id.as_str()) == user_id);
        let (own, all) = (sum(own), sum(there));
        let each = [("cores", flavor.vcpus), ("instances", 1), ("ram", flavor.memory_mb)];
        let shares = each.map(|(name, each)| {
            let of_project = Share::new(name, &limits.project, &all, each);
            let of_user = Share::new(name, &limits.user, &own, each);
            if of_user.room() < of_project.room() { of_user } else { of_project }
        });
        shares.into()
    }
}

/// How many there may be, from `min` to `max`.
pub(super) fn grant(shares: &[Share], min: i64, max: i64) -> Result<i64, ComputeApiError> {
    let count = shares.iter().map(Share::room).fold(max, i64::min);
    if count >= min {
        return Ok(count);
    }
    let overs: Vec<&Share> = shares.iter().filter(|share| share.room() < min).collect();
    let join = |word: &dyn Fn(&Share) -> String| {
        overs.iter().map(|share| word(share)).collect::<Vec<_>>().join(", ")
    };
    Err(ComputeApiError::TooManyInstances {
        overs: join(&|share| share.name.to_owned()),
        req: join(&|share| min.saturating_mul(share.each).to_string()),
        used: join(&|share| share.used.to_string()),
        allowed: join(&|share| share.limit.to_string()),
    })
}

/// One quota, and what one more instance takes of it.
pub(super) struct Share {
    pub(super) name: &'static str,
    limit: i64,
    used: i64,
    each: i64,
}

impl Share {
    fn new(name: &'static str, limits: &Amounts, usages: &Amounts, each: i64) -> Self {
        let amount = |amounts: &Amounts, missing| amounts.get(name).copied().unwrap_or(missing);
        Self { name, limit: amount(limits, -1), used: amount(usages, 0), each }
    }

    /// How many more instances fit.
    fn room(&self) -> i64 {
        let left = self.limit - self.used;
        if self.limit < 0 || self.each == 0 { i64::MAX } else { left.div_euclid(self.each) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Share, grant};

    #[test]
    fn as_many_as_fit_are_granted_and_fewer_than_the_least_are_refused() {
        let share = |name, limit, each| Share { name, limit, used: 0, each };
        let shares = [share("cores", -1, 1), share("instances", 3, 1), share("ram", 1024, 512)];
        assert_eq!(grant(&shares, 1, 5), Ok(2), "memory for two");
        let refused = grant(&shares, 4, 5).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "Quota exceeded for instances, ram: Requested 4, 2048, \
             but already used 0, 0 of 3, 1024 instances, ram"
        );
    }
}
