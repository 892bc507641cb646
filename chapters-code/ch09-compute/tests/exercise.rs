//! The exercise of chapter 9: room for all of them, or for none.

#![cfg(test)]

use nova_compute::{
    Claim, ComputeError, FakeDriver, Hypervisor, Options, ResourceTracker, Resources,
};
use nova_objects::{
    ComputeNode, Flavor, Instance, Limits, MemoryStore, NovaObject, Query, RequestContext, Store,
    Tracked,
};
use std::sync::Arc;

// ANCHOR: solution
async fn claim_all(
    tracker: &ResourceTracker,
    store: &dyn Store,
    context: &RequestContext,
    servers: &mut [Tracked<Instance>],
    limits: &Limits,
) -> Result<Vec<Claim>, ComputeError> {
    let mut claims = Vec::new();
    for number in 0..servers.len() {
        let server = &mut servers[number];
        match tracker.instance_claim(context, server, "localhost", limits).await {
            Ok(claim) => claims.push(claim),
            Err(error) => {
                drop(claims);
                for server in &mut servers[..number] {
                    (server.host, server.node, server.launched_on) = (None, None, None);
                    server.save(store, context).await?;
                    tracker.update_usage(context, server).await?;
                }
                return Err(error);
            }
        }
    }
    Ok(claims)
}
// ANCHOR_END: solution

#[tokio::test]
async fn all_of_them_have_room_or_none_has() {
    let rows = Arc::<MemoryStore>::default();
    let context = RequestContext::admin();
    let hypervisor =
        Hypervisor::new("FakeDriver", Arc::new(FakeDriver::new(Resources::fake("localhost"))));
    let tracker = ResourceTracker::new(Arc::new(Options::default()), hypervisor, rows.clone());
    tracker.update_available_resource(&context).await.unwrap();
    let limits = Limits { memory_mb: Some(2048.0), ..Limits::default() };
    let used = async || {
        let nodes = ComputeNode::list(&*rows, &context, Query::all()).await.unwrap();
        nodes[0].memory_mb_used
    };
    for (count, fits, after) in [(4, false, 512), (3, true, 2048)] {
        let mut servers = Vec::new();
        for _ in 0..count {
            let flavor = Flavor::new("1", "m1.tiny", 512, 1, 1);
            let server = Instance::building("demo", "ann", "vm", flavor);
            servers.push(server.create(&*rows, &context).await.unwrap());
        }
        let claims = claim_all(&tracker, &*rows, &context, &mut servers, &limits).await;
        assert_eq!(claims.is_ok(), fits);
        for claim in claims.into_iter().flatten() {
            claim.keep();
        }
        assert_eq!(used().await, after, "at once");
        tracker.update_available_resource(&context).await.unwrap();
        assert_eq!(used().await, after, "and after the next count");
    }
}
