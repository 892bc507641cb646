//! How much of everything a project may have (`nova/quota.py`).

use super::ComputeApiError;
use nova_objects::{Flavor, Instance, Tracked};

/// The quotas of `nova.conf`; -1 means no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// `[DEFAULT] quota_instances`.
    pub quota_instances: i64,
    /// `[DEFAULT] quota_cores`.
    pub quota_cores: i64,
    /// `[DEFAULT] quota_ram`, in MiB.
    pub quota_ram: i64,
    /// `[DEFAULT] quota_key_pairs`: how many a user may have.
    pub quota_key_pairs: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self { quota_instances: 10, quota_cores: 20, quota_ram: 51200, quota_key_pairs: 100 }
    }
}

impl Options {
    /// How many of `flavor`, from `min` to `max`, fit beside the instances that are `there`?
    ///
    /// # Errors
    ///
    /// Not even `min`: names the quotas in the way.
    pub(super) fn check_num_instances_quota(
        &self,
        there: &[Tracked<Instance>],
        flavor: &Flavor,
        min: i64,
        max: i64,
    ) -> Result<i64, ComputeApiError> {
        let sum = |of: fn(&Instance) -> i64| there.iter().map(|instance| of(instance)).sum::<i64>();
        let (cores, ram) = (sum(|i| i.vcpus), sum(|i| i.memory_mb));
        let instances = sum(|_| 1);
        let shares = [
            Share { name: "cores", limit: self.quota_cores, used: cores, each: flavor.vcpus },
            Share { name: "instances", limit: self.quota_instances, used: instances, each: 1 },
            Share { name: "ram", limit: self.quota_ram, used: ram, each: flavor.memory_mb },
        ];
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
}

/// One quota, and what one more instance takes of it.
struct Share {
    name: &'static str,
    limit: i64,
    used: i64,
    each: i64,
}

impl Share {
    /// How many more instances fit.
    fn room(&self) -> i64 {
        let left = self.limit - self.used;
        if self.limit < 0 || self.each == 0 { i64::MAX } else { left.div_euclid(self.each) }
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use nova_objects::Flavor;

    #[test]
    fn as_many_as_fit_are_granted_and_fewer_than_the_least_are_refused() {
        let quota =
            Options { quota_instances: 3, quota_cores: -1, quota_ram: 1024, ..Options::default() };
        let tiny = Flavor::new("1", "m1.tiny", 512, 1, 1);
        assert_eq!(quota.check_num_instances_quota(&[], &tiny, 1, 5), Ok(2), "memory for two");
        let refused = quota.check_num_instances_quota(&[], &tiny, 4, 5).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "Quota exceeded for instances, ram: Requested 4, 2048, \
             but already used 0, 0 of 3, 1024 instances, ram"
        );
    }
}
