//! The same four amounts of free memory, weighed under three multipliers; and once more beside a
//! host that has promised more than it has.

use crate::rows::{add_host, one};
use nova_objects::{FilterProperties, Flavor, MemoryStore, RequestContext};
use nova_scheduler::{FILTERS, FilterScheduler, Options, Request, WEIGHERS};
use std::{error::Error, sync::Arc};

pub(crate) async fn show() -> Result<(), Box<dyn Error>> {
    let free = [512, 1024, 3072, 8192];
    for multiplier in [1.0, 2.0, -1.0] {
        println!("ram_weight_multiplier = {multiplier}");
        weigh(&free, multiplier).await?;
    }
    println!("one more host, with -512 MB free");
    weigh(&[&free[..], &[-512]].concat(), 1.0).await
}

/// Prints what `RAMWeigher` makes of hosts with so much free memory.
async fn weigh(free: &[i64], multiplier: f64) -> Result<(), Box<dyn Error>> {
    let store = Arc::<MemoryStore>::default();
    for free_ram_mb in free {
        add_host(&store, &format!("{free_ram_mb}-MB"), *free_ram_mb, 100).await?;
    }
    let options = Options {
        scheduler_default_filters: Vec::new(),
        scheduler_weight_classes: vec!["RAMWeigher".into()],
        ram_weight_multiplier: multiplier,
        ..Options::default()
    };
    let scheduler = FilterScheduler::new(store, FILTERS, WEIGHERS, &options)?;
    let [tiny, ..] = Flavor::defaults();
    let (spec, nothing) = (one(tiny), FilterProperties::default());
    let request = Request::new(&spec, &nothing);
    let report = scheduler.schedule(&RequestContext::admin(), request).await?;
    for weighing in report.decisions.iter().filter_map(|decision| decision.weighing.as_ref()) {
        println!("  {weighing}");
    }
    Ok(())
}
