//! What becomes of deleted instances after a while (`nova/compute/manager.py`
//! `_reclaim_queued_deletes`, `_cleanup_running_deleted_instances`).

use crate::{ComputeDriver, ComputeError, ComputeManager, options::RunningDeletedInstanceAction};
use nova_objects::{DateTime, Instance, NovaObject, Query, RequestContext, Tracked, VmState};
use serde_json::Value;
use std::{collections::HashSet, time::Duration};

impl ComputeManager {
    /// Deletes for good what was put away longer ago than it can be restored. What cannot be
    /// deleted stays as it is, for the next time.
    ///
    /// # Errors
    ///
    /// The store does not answer.
    pub async fn reclaim_queued_deletes(&self) -> Result<(), ComputeError> {
        let interval = self.options.reclaim_instance_interval;
        if interval <= 0 {
            return Ok(());
        }
        let context = RequestContext::admin();
        let query = Query::all()
            .with("host", self.options.host.as_str())
            .with("vm_state", VmState::SoftDelete.as_str())
            .with("task_state", Value::Null);
        for instance in Instance::list(&*self.store, &context, query).await? {
            if deleted_old_enough(&instance, interval)
                && let Err(error) = self.reclaim(&context, &instance.uuid).await
            {
                let uuid = &instance.uuid;
                tracing::warn!(instance = uuid, "Periodic reclaim failed to delete: {error}");
            }
        }
        Ok(())
    }

    /// Deletes an instance, unless its owner has just asked for it back.
    async fn reclaim(&self, context: &RequestContext, uuid: &str) -> Result<(), ComputeError> {
        let _locked = self.locks.lock(uuid).await;
        let mut instance = Instance::get(&*self.store, context, uuid).await?;
        if (instance.vm_state, instance.task_state) != (VmState::SoftDelete, None) {
            return Ok(());
        }
        tracing::info!(instance = uuid, "Reclaiming deleted instance");
        self.delete_instance(context, &mut instance).await
    }

    /// Deals, as the options say, with guests that are still there, and whose rows are deleted: the
    /// API deletes a row itself if the host is down.
    ///
    /// Left out: Nova's `shutdown` also sees to it that the guest cannot be started again, where a
    /// driver knows how.
    ///
    /// # Errors
    ///
    /// The hypervisor or the store does not answer.
    pub async fn cleanup_running_deleted_instances(&self) -> Result<(), ComputeError> {
        use RunningDeletedInstanceAction::{Log, Noop, Reap, Shutdown};
        let action = self.options.running_deleted_instance_action;
        if action == Noop {
            return Ok(());
        }
        let context = RequestContext::admin().reading_deleted();
        for instance in self.running_deleted_instances(&context).await? {
            let _locked = self.locks.lock(&instance.uuid).await;
            let (uuid, name) = (&instance.uuid, instance.name());
            tracing::warn!(
                instance = uuid,
                "Instance {name} is marked as DELETED but still present on host: {action}."
            );
            let done = match action {
                Noop | Log => Ok(()),
                Shutdown => {
                    self.hypervisor.power_off(&instance, Duration::ZERO, Duration::ZERO).await
                }
                Reap => self.hypervisor.destroy(&context, &instance, true).await,
            };
            if let Err(error) = done {
                tracing::warn!(instance = uuid, "Periodic cleanup failed: {error}");
            }
        }
        Ok(())
    }

    /// The deleted rows of this host whose guests are still there (`_running_deleted_instances`).
    async fn running_deleted_instances(
        &self,
        context: &RequestContext,
    ) -> Result<Vec<Tracked<Instance>>, ComputeError> {
        let guests: HashSet<_> = self.hypervisor.list_instances().await?.into_iter().collect();
        if guests.is_empty() {
            return Ok(Vec::new());
        }
        let query = Query::all().with("host", self.options.host.as_str()).with("deleted", true);
        let mut instances = Instance::list(&*self.store, context, query).await?;
        let timeout = self.options.running_deleted_instance_timeout.as_secs();
        let timeout = i64::try_from(timeout).unwrap_or(i64::MAX);
        instances.retain(|it| guests.contains(&it.name()) && deleted_old_enough(it, timeout));
        Ok(instances)
    }
}

/// Is it deleted for longer than `timeout` seconds?
fn deleted_old_enough(instance: &Instance, timeout: i64) -> bool {
    instance.deleted_at.is_none_or(|at| at.plus_seconds(timeout) < DateTime::now())
}
