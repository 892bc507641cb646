//! Three hosts, one request: what each filter says of each host, what the weigher makes of the
//! hosts that are left, and which one it is.

use nova_objects::{
    ComputeNode, DateTime, FilterProperties, Flavor, ImageMeta, MemoryStore, NovaObject,
    RequestContext, RequestSpec, Service,
};
use nova_scheduler::{FILTERS, FilterScheduler, Options, WEIGHERS, report::*};
use std::{cmp::Ordering, error::Error, sync::Arc};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (store, context) = (Arc::new(MemoryStore::default()), RequestContext::admin());
    for (name, free_ram_mb) in [("host-1", -3584), ("host-2", 7680), ("host-3", 3148)] {
        let mut service = Service::new(name, "nova-compute", "compute");
        service.last_seen_up = Some(DateTime::now());
        service.create(&*store, &context).await?;
        let (uuid, host, hypervisor_hostname) = (name.into(), name.into(), name.into());
        let (memory_mb, local_gb, free_disk_gb) = (8192, 100, 80);
        let node = ComputeNode { uuid, host, hypervisor_hostname, ..ComputeNode::default() };
        let node = ComputeNode { memory_mb, free_ram_mb, local_gb, free_disk_gb, ..node };
        node.create(&*store, &context).await?;
    }
    let [_, flavor, ..] = Flavor::defaults();
    println!("wanted: {} MB of memory, {} GB of disk\n", flavor.memory_mb, flavor.root_gb);
    let (project_id, image, availability_zone) = ("demo".into(), ImageMeta::default(), None);
    let spec = RequestSpec { project_id, flavor, image, num_instances: 1, availability_zone };
    let scheduler = FilterScheduler::new(store, FILTERS, WEIGHERS, &Options::default())?;
    let report = scheduler.schedule(&context, &spec, &FilterProperties::default()).await?;
    report.decisions.iter().for_each(print);
    Ok(())
}

/// A column a host, a line a filter and a weigher, in the order in which they are asked.
fn print(decision: &Decision) {
    let hosts = &decision.filtering.rows;
    line("", hosts.iter().map(|row| row.host.clone()));
    for (step, count) in decision.filtering.filters.iter().enumerate() {
        let verdict = |row: &FilteredHost| match step.cmp(&row.passed) {
            Ordering::Less => "pass".to_owned(),
            Ordering::Equal => row.why.clone().unwrap_or_default(),
            Ordering::Greater => "-".to_owned(),
        };
        line(count.filter, hosts.iter().map(verdict));
    }
    let Some(weighing) = &decision.weighing else { return };
    for (step, Score { weigher, .. }) in weighing.chosen.scores.iter().enumerate() {
        let score = |row: &FilteredHost| {
            let weighed = weighing.rows.iter().find(|weighed| weighed.host == row.host);
            let score = weighed.map(|weighed| &weighed.scores[step]);
            score.map_or("-".to_owned(), |score| format!("{} → {:.2}", score.raw, score.score))
        };
        line(weigher, hosts.iter().map(score));
    }
    println!("\n{} is chosen.", weighing.chosen.host);
}

fn line(name: &str, cells: impl Iterator<Item = String>) {
    println!("{name:15}{}", cells.map(|cell| format!("{cell:30}")).collect::<String>().trim_end());
}
