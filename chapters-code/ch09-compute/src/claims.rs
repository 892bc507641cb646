//! A claim: resources held for an instance in the making (`nova/compute/claims.py`).

use crate::{ComputeError, Usage};
use nova_objects::Limits;
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The instances of a host, and what each of them takes (`tracked_instances`).
///
/// What is used is always added up from here, so nothing is ever given back twice.
#[derive(Clone, Default)]
pub(crate) struct TrackedInstances {
    by_uuid: Arc<Mutex<HashMap<String, Usage>>>,
}

impl TrackedInstances {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Usage>> {
        self.by_uuid.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tests whether `usage` fits next to what all take and what is `reserved`, and if so counts
    /// it for the instance from now on: both in one step, so that two claims cannot get the same
    /// room.
    pub(crate) fn claim(
        &self,
        instance_uuid: &str,
        usage: Usage,
        reserved: Usage,
        limits: &Limits,
    ) -> Result<Claim, ComputeError> {
        let mut by_uuid = self.lock();
        usage.fits(&by_uuid.values().copied().chain([reserved]).sum(), limits)?;
        let before = by_uuid.get(instance_uuid).copied();
        let now = before.into_iter().chain([usage]).sum();
        by_uuid.insert(instance_uuid.to_owned(), now);
        let instance_uuid = instance_uuid.to_owned();
        Ok(Claim { usage, instance_uuid, before, tracked: Some(self.clone()) })
    }

    /// What all take together.
    pub(crate) fn used(&self, reserved: Usage) -> Usage {
        self.lock().values().copied().chain([reserved]).sum()
    }

    /// Forgets the instances it knew, and counts these.
    pub(crate) fn recount(&self, instances: HashMap<String, Usage>) {
        *self.lock() = instances;
    }

    /// Counts the instance as it is now: it takes `usage`, or nothing any more. One that never
    /// claimed anything stays out.
    pub(crate) fn update(&self, instance_uuid: &str, usage: Option<Usage>) {
        let mut by_uuid = self.lock();
        match (by_uuid.get_mut(instance_uuid), usage) {
            (Some(tracked), Some(usage)) => *tracked = usage,
            (Some(_), None) => drop(by_uuid.remove(instance_uuid)),
            (None, _) => {}
        }
    }
}

/// The right of an instance to what it asked for.
///
/// A claim ends in one of two ways: the instance is built and [`keeps`](Claim::keep) what it
/// claimed, or the claim is dropped, by whatever error or panic, and gives it back (in Nova:
/// the end of the `with` block, and `abort`).
#[must_use = "a claim that is dropped gives its resources back"]
pub struct Claim {
    usage: Usage,
    instance_uuid: String,
    /// What the instance took before: something, if it is to change its size where it is.
    before: Option<Usage>,
    tracked: Option<TrackedInstances>,
}

impl Claim {
    /// The instance keeps what it claimed, until it is deleted or moves away.
    pub fn keep(mut self) {
        self.tracked = None;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(tracked) = &self.tracked {
            tracked.update(&self.instance_uuid, self.before);
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.usage.fmt(f)
    }
}
