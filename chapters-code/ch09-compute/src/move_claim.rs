//! Room for an instance that changes its size (`nova/compute/resource_tracker.py` `resize_claim`,
//! `drop_move_claim`).

use crate::{
    Claim, ComputeError, ResourceTracker, Usage,
    moves::{IN_PROGRESS, usage_on},
};
use nova_objects::{
    Flavor, Instance, Limits, Migration, NovaException, NovaObject, Query, RequestContext,
    StoreError, Tracked, hop, hop::Kind,
};
use std::collections::{BTreeMap, HashMap};
use tracing::Instrument;

impl ResourceTracker {
    /// Tests whether `instance` fits here as `flavor`, and if so counts that from now on, next to
    /// what it takes already, and writes down the move.
    ///
    /// # Errors
    ///
    /// As [`instance_claim`](Self::instance_claim). Nothing is claimed then.
    pub async fn resize_claim(
        &self,
        context: &RequestContext,
        instance: &Instance,
        flavor: &Flavor,
        limits: &Limits,
    ) -> Result<(Claim, Tracked<Migration>), ComputeError> {
        let claim = async {
            let result = self.claim_move(&context.elevated(), instance, flavor, limits).await;
            let failed = |error: &ComputeError| hop::failed(&error.class(), error);
            result.inspect(|(claim, _)| hop::outcome(claim)).inspect_err(failed)
        };
        claim.instrument(hop!(Kind::Claim, "resize_claim")).await
    }

    async fn claim_move(
        &self,
        context: &RequestContext,
        instance: &Instance,
        flavor: &Flavor,
        limits: &Limits,
    ) -> Result<(Claim, Tracked<Migration>), ComputeError> {
        let host = &self.options.host;
        let mut compute_node = self.compute_node.lock().await;
        let unknown = || ComputeError::ComputeHostNotFound { host: host.clone() };
        let row = compute_node.as_mut().ok_or_else(unknown)?;
        let (usage, reserved) = (Usage::of_flavor(flavor), Usage::reserved(&self.options));
        let claim = self.tracked.claim(&instance.uuid, usage, reserved, limits)?;
        let migration = Migration {
            dest_host: Some(self.options.my_ip.clone()),
            ..Migration::new(instance, flavor, host, &row.hypervisor_hostname)
        };
        let migration = migration.create(&*self.store, context).await?;
        self.write_usage(context, row).await?;
        Ok((claim, migration))
    }

    /// Counts `instance` as it is now on its way, and writes the row.
    ///
    /// # Errors
    ///
    /// The row cannot be written; the count is right all the same.
    pub async fn update_usage_of_move(
        &self,
        context: &RequestContext,
        instance: &Instance,
        migration: &Migration,
    ) -> Result<(), ComputeError> {
        let mut compute_node = self.compute_node.lock().await;
        let usage = usage_on(&self.options.host, instance, Some(migration));
        self.tracked.update(&instance.uuid, usage);
        match &mut *compute_node {
            Some(node) => self.write_usage(&context.elevated(), node).await,
            None => Ok(()),
        }
    }

    /// What each instance takes from this host, as the rows say: those that are here, and those
    /// that left and may come back, or are to arrive.
    pub(crate) async fn count(
        &self,
        context: &RequestContext,
    ) -> Result<HashMap<String, Usage>, StoreError> {
        let host = self.options.host.as_str();
        let migrations = self.migrations(context).await?;
        let here = Query::all().with("host", host);
        let mut instances = Instance::list(&*self.store, context, here).await?;
        let moving = migrations.keys().filter(|uuid| instances.iter().all(|i| i.uuid != **uuid));
        let moving: Vec<_> = moving.map(|uuid| uuid.as_str().into()).collect();
        if !moving.is_empty() {
            let elsewhere = Query::all().with_any("uuid", moving);
            instances.extend(Instance::list(&*self.store, context, elsewhere).await?);
        }
        let usage = |instance: Tracked<Instance>| {
            let migration = migrations.get(&instance.uuid).map(|migration| &**migration);
            Some((instance.uuid.clone(), usage_on(host, &instance, migration)?))
        };
        Ok(instances.into_iter().filter_map(usage).collect())
    }

    /// The latest move from or to this host of each instance that is on one.
    async fn migrations(
        &self,
        context: &RequestContext,
    ) -> Result<BTreeMap<String, Tracked<Migration>>, StoreError> {
        let mut latest = BTreeMap::new();
        for side in ["source_compute", "dest_compute"] {
            let query = Query::all().with(side, self.options.host.as_str());
            let query = query.with_any("status", IN_PROGRESS.map(Into::into)).ascending("id");
            for migration in Migration::list(&*self.store, context, query).await? {
                let known = latest.get(&migration.instance_uuid);
                if known.is_none_or(|known: &Tracked<Migration>| known.id <= migration.id) {
                    latest.insert(migration.instance_uuid.clone(), migration);
                }
            }
        }
        Ok(latest)
    }
}
