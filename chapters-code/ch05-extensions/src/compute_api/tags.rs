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
}
