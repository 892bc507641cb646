//! The words that its owner ties to an instance (`nova/objects/tag.py` in Ocata).

use super::{API, Action, ComputeApiError};
use nova_objects::{Instance, RequestContext, Tracked};
use std::collections::BTreeSet;

/// How many of them an instance may have.
pub const MAX_TAG_COUNT: usize = 50;

impl API {
    /// Gives the instance these tags, each once and in order, and no others. `action` is what
    /// the client calls that. Returns them.
    ///
    /// # Errors
    ///
    /// The instance is not in a state for this, or the store is out of reach.
    pub async fn set_tags(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        action: Action,
        tags: BTreeSet<String>,
    ) -> Result<Vec<String>, ComputeApiError> {
        action.precondition().check(context, &instance)?;
        instance.tags = tags.into_iter().collect();
        instance.save(&*self.store, context).await?;
        Ok(instance.tags.clone())
    }

    /// Gives the instance one tag more. Is it one that it had not yet?
    ///
    /// # Errors
    ///
    /// The instance is full, even if it has the tag, as in Nova; or it is not in a state for this,
    /// or the store is out of reach.
    pub async fn add_tag(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        tag: &str,
    ) -> Result<bool, ComputeApiError> {
        let mut is_new = false;
        let change = |instance: &mut Instance| {
            Action::UpdateTag.precondition().check(context, instance)?;
            if instance.tags.len() >= MAX_TAG_COUNT {
                return Err(ComputeApiError::TooManyTags);
            }
            let place = instance.tags.binary_search_by(|known| known.as_str().cmp(tag));
            is_new = place.is_err();
            if let Err(place) = place {
                instance.tags.insert(place, tag.to_owned());
            }
            Ok(())
        };
        instance.update(&*self.store, context, change).await?;
        Ok(is_new)
    }

    /// Takes one tag away.
    ///
    /// # Errors
    ///
    /// The instance has no such tag, or is not in a state for this; or the store is out of reach.
    pub async fn remove_tag(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        tag: &str,
    ) -> Result<(), ComputeApiError> {
        let change = |instance: &mut Instance| {
            Action::DeleteTag.precondition().check(context, instance)?;
            let place = instance.tags.iter().position(|known| known == tag);
            let (uuid, tag) = (instance.uuid.clone(), tag.to_owned());
            let place = place.ok_or(ComputeApiError::InstanceTagNotFound { uuid, tag })?;
            instance.tags.remove(place);
            Ok(())
        };
        instance.update(&*self.store, context, change).await
    }
}
