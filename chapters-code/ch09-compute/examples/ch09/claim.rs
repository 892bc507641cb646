//! Claims on one host, one after the other.

use crate::house::{ann, fake, hypervisor};
use nova_compute::{Options, ResourceTracker};
use nova_objects::{ComputeNode, Flavor, Instance, Limits, MemoryStore, NovaObject, Query};
use std::{error::Error, sync::Arc};

pub(crate) async fn show() -> Result<(), Box<dyn Error>> {
    let rows = Arc::<MemoryStore>::default();
    let options = Arc::new(Options::default());
    let tracker = ResourceTracker::new(options, hypervisor(fake()), rows.clone());
    tracker.update_available_resource(&ann()).await?;
    println!("A host has 2048 MB, of which 512 are its own.\n");
    println!("{:<10}{:<10}{:>6}  outcome", "asks for", "limit", "used");
    for (asked, limit, kept) in [
        (1024, Some(2048.0), true),
        (1024, Some(2048.0), true),
        (1024, Some(3072.0), true),
        (512, Some(3072.0), false),
        (512, Some(3072.0), true),
        (65536, None, true),
    ] {
        let flavor = Flavor::new("x", "x", asked, 1, 1);
        let server = Instance::building("demo", "ann", "vm", flavor);
        let mut server = server.create(&*rows, &ann()).await?;
        let limits = Limits { memory_mb: limit, ..Limits::default() };
        let claim = tracker.instance_claim(&ann(), &mut server, "localhost", &limits).await;
        let outcome = match claim {
            Ok(claim) if kept => {
                claim.keep();
                "claimed".to_owned()
            }
            Ok(claim) => {
                drop(claim);
                tracker.update_usage(&ann(), &server).await?;
                "claimed, and dropped".to_owned()
            }
            Err(error) => error.to_string(),
        };
        let node = ComputeNode::list(&*rows, &ann(), Query::all()).await?.remove(0);
        let limit = limit.map_or("none".into(), |limit| limit.to_string());
        println!("{asked:<10}{limit:<10}{:>6}  {outcome}", node.memory_mb_used);
    }
    Ok(())
}
