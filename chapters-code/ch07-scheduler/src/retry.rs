//! Attempts are counted (`nova/scheduler/utils.py` `populate_retry`,
//! `populate_filter_properties`).

use crate::SchedulerError;
use nova_objects::{FilterProperties, Selection};

/// Counts this attempt to place the instance, unless there is to be only one: because the
/// operator wants no more, or because the request insists on one host.
///
/// # Errors
///
/// [`SchedulerError::MaxRetriesExceeded`] if it is one too many.
pub(crate) fn populate_retry(
    filter_properties: &mut FilterProperties,
    instance_uuid: &str,
    max_attempts: u32,
) -> Result<(), SchedulerError> {
    let FilterProperties { force_hosts, force_nodes, .. } = &filter_properties;
    if max_attempts <= 1 || force_hosts.len() == 1 || force_nodes.len() == 1 {
        return Ok(());
    }
    let retry = filter_properties.retry.get_or_insert_default();
    retry.num_attempts = retry.num_attempts.saturating_add(1);
    let exc_reason = retry.exc_reason.take().unwrap_or_else(|| "None".into());
    if retry.num_attempts > max_attempts {
        let instance_uuid = instance_uuid.to_owned();
        return Err(SchedulerError::MaxRetriesExceeded { max_attempts, instance_uuid, exc_reason });
    }
    Ok(())
}

/// What the host chosen has to know: that it has been tried, should it decline, and how much it
/// may promise. A host that the request insists on has no limit.
pub(crate) fn populate_filter_properties(
    filter_properties: &FilterProperties,
    selection: &Selection,
) -> FilterProperties {
    let mut properties = filter_properties.clone();
    if let Some(retry) = &mut properties.retry {
        retry.hosts.push((selection.host.clone(), selection.nodename.clone()));
    }
    if properties.force_hosts.is_empty() && properties.force_nodes.is_empty() {
        properties.limits = selection.limits;
    }
    properties
}
