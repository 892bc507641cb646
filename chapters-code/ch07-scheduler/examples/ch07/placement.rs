//! Four hosts, one request: what each filter says of each host, what the weighers make of those
//! that are left, and which one it is.

use crate::rows::{add_host, one};
use nova_objects::{FilterProperties, Flavor, MemoryStore, RequestContext};
use nova_scheduler::{FILTERS, FilterScheduler, Options, Request, WEIGHERS};
use nova_traces::tables::table;
use std::{error::Error, sync::Arc};

/// Each has 8192 MB of memory and 100 GB of disk. So much is free:
const HOSTS: [(&str, i64, i64); 4] =
    [("host-1", -3584, 80), ("host-2", 7680, 80), ("host-3", 3148, 90), ("host-4", 6144, 10)];

/// How a server of the flavor called `name` is placed.
pub(crate) async fn show(name: &str) -> Result<(), Box<dyn Error>> {
    let store = Arc::<MemoryStore>::default();
    for (name, free_ram_mb, free_disk_gb) in HOSTS {
        add_host(&store, name, free_ram_mb, free_disk_gb).await?;
    }
    let flavor = Flavor::defaults().into_iter().find(|flavor| flavor.name == name);
    let flavor = flavor.ok_or(crate::USAGE)?;
    println!("wanted: {} MB of memory, {} GB of disk\n", flavor.memory_mb, flavor.root_gb);
    let (spec, nothing) = (one(flavor), FilterProperties::default());
    let scheduler = FilterScheduler::new(store, FILTERS, WEIGHERS, &Options::default())?;
    let request = Request::new(&spec, &nothing);
    for decision in scheduler.schedule(&RequestContext::admin(), request).await?.decisions {
        print!("{}", table(&serde_json::to_value(&decision.filtering)?).unwrap_or_default());
        print!("\n{}", table(&serde_json::to_value(&decision.weighing)?).unwrap_or_default());
    }
    Ok(())
}
