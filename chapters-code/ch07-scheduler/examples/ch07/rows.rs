//! The rows that a scheduler reads.

use nova_objects::{
    ComputeNode, DateTime, Flavor, ImageMeta, MemoryStore, NovaObject, RequestContext, RequestSpec,
    Service, StoreError,
};

/// A host of 8192 MB and 100 GB, of which so much is free, and its service.
pub(crate) async fn add_host(
    store: &MemoryStore,
    name: &str,
    free_ram_mb: i64,
    free_disk_gb: i64,
) -> Result<(), StoreError> {
    let context = RequestContext::admin();
    let mut service = Service::new(name, "nova-compute", "compute");
    service.last_seen_up = Some(DateTime::now());
    service.create(store, &context).await?;
    let (uuid, host, hypervisor_hostname) = (name.into(), name.into(), name.into());
    let node = ComputeNode { uuid, host, hypervisor_hostname, ..ComputeNode::default() };
    let node = ComputeNode { memory_mb: 8192, free_ram_mb, local_gb: 100, free_disk_gb, ..node };
    node.create(store, &context).await.map(drop)
}

/// One instance of `flavor`.
pub(crate) fn one(flavor: Flavor) -> RequestSpec {
    let (project_id, image, availability_zone) = ("demo".into(), ImageMeta::default(), None);
    RequestSpec { project_id, flavor, image, num_instances: 1, availability_zone }
}
