//! A claim: resources held for an instance in the making (`nova/compute/claims.py`).

use crate::{ComputeError, Usage};
use nova_objects::{Instance, Limits};
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

    /// Tests whether `instance` fits next to the others and what is `reserved`, and if so counts
    /// it from now on: both in one step, so that two claims cannot get the same room.
    pub(crate) fn claim(
        &self,
        instance: &Instance,
        reserved: Usage,
        limits: &Limits,
    ) -> Result<Claim, ComputeError> {
        let usage = Usage::of(instance);
        let mut by_uuid = self.lock();
        usage.fits(&by_uuid.values().copied().chain([reserved]).sum(), limits)?;
        by_uuid.insert(instance.uuid.clone(), usage);
        let tracked = Some(self.clone());
        Ok(Claim { usage, instance_uuid: instance.uuid.clone(), tracked })
    }

    /// What all take together.
    pub(crate) fn used(&self, reserved: Usage) -> Usage {
        self.lock().values().copied().chain([reserved]).sum()
    }

    /// Forgets the instances it knew, and counts these.
    pub(crate) fn recount<'i>(&self, instances: impl Iterator<Item = &'i Instance>) {
        *self.lock() = instances.map(|one| (one.uuid.clone(), Usage::of(one))).collect();
    }

    /// Counts `instance` as it is now; one that never claimed anything stays out.
    pub(crate) fn update(&self, instance: &Instance) {
        self.lock().entry(instance.uuid.clone()).and_modify(|usage| *usage = Usage::of(instance));
    }

    pub(crate) fn remove(&self, instance_uuid: &str) {
        self.lock().remove(instance_uuid);
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
    tracked: Option<TrackedInstances>,
}

impl Claim {
    /// The instance is there: it keeps what it claimed, until it is deleted.
    pub fn keep(mut self) {
        self.tracked = None;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(tracked) = &self.tracked {
            tracked.remove(&self.instance_uuid);
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.usage.fmt(f)
    }
}
