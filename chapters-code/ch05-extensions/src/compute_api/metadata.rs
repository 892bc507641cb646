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
        let limits = self.quota.limits_of(context).await?;
        let change = |instance: &mut Instance| {
            action.precondition().check(context, instance)?;
            if delete {
                instance.metadata.clear();
            }
            instance.metadata.extend(metadata.clone());
            Ok(limits.check_metadata_properties_quota(instance.metadata.len())?)
        };
        instance.update::<ComputeApiError>(&*self.store, context, change).await?;
        Ok(instance.metadata.clone())
    }

    /// Takes the item `key` away.
    ///
    /// # Errors
    ///
    /// It is not there; or the instance is locked, never ran, or is not in a state for this.
    pub async fn delete_instance_metadata(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        key: &str,
    ) -> Result<(), ComputeApiError> {
        let change = |instance: &mut Instance| {
            let removed = instance.metadata.remove(key);
            removed.ok_or(ComputeApiError::MetadataItemNotFound)?;
            Action::DeleteMetadata.precondition().check(context, instance)
        };
        instance.update(&*self.store, context, change).await
    }
}
