//! The owner's notes on an instance (`API.update_instance_metadata`, `delete_instance_metadata`).

use super::{API, Action, ComputeApiError};
use nova_objects::{Instance, RequestContext, Tracked};
use std::collections::BTreeMap;

impl API {
    /// Adds `metadata` to the instance's; or puts it in its place, if the rest is to be deleted.
    /// `action` is what the client calls that. Returns all of it.
    ///
    /// # Errors
    ///
    /// The instance is locked, never ran, or is not in a state for this; or that is more than it
    /// may have.
    pub async fn update_instance_metadata(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        action: Action,
        metadata: BTreeMap<String, String>,
        delete: bool,
    ) -> Result<BTreeMap<String, String>, ComputeApiError> {
        action.precondition().check(context, &instance)?;
        let mut all = if delete { BTreeMap::new() } else { instance.metadata.clone() };
        all.extend(metadata);
        self.quota.limits_of(context).await?.check_metadata_properties_quota(all.len())?;
        instance.metadata = all;
        instance.save(&*self.store, context).await?;
        Ok(instance.metadata.clone())
    }

    /// Takes the item `key` away.
    ///
    /// # Errors
    ///
    /// The instance is locked, never ran, or is not in a state for this.
    pub async fn delete_instance_metadata(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        key: &str,
    ) -> Result<(), ComputeApiError> {
        Action::DeleteMetadata.precondition().check(context, &instance)?;
        instance.metadata.remove(key);
        Ok(instance.save(&*self.store, context).await?)
    }
}
