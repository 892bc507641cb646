//! Changing what is said of an instance (`API.update_instance`).

use super::{API, UpdateRequest};
use nova_objects::{Instance, RequestContext, StoreError, Tracked};

impl API {
    /// Changes what `wish` names, and nothing else.
    ///
    /// # Errors
    ///
    /// The instance is gone, or the store is out of reach.
    pub async fn update_instance(
        &self,
        context: &RequestContext,
        mut instance: Tracked<Instance>,
        wish: UpdateRequest,
    ) -> Result<Tracked<Instance>, StoreError> {
        if let Some(name) = wish.display_name {
            instance.display_name = name;
        }
        if let Some(description) = wish.display_description {
            instance.display_description = description;
        }
        if let Some(auto) = wish.auto_disk_config {
            instance.auto_disk_config = auto;
        }
        instance.access_ip_v4 = wish.access_ip_v4.or(instance.access_ip_v4.take());
        instance.access_ip_v6 = wish.access_ip_v6.or(instance.access_ip_v6.take());
        instance.save(&*self.store, context).await?;
        Ok(instance)
    }
}
