//! One decision among many hosts, with Nova's default filters and weighers; and beside it the loop
//! that somebody would write by hand over the same structs.
//!
//! `cargo bench -p nova-scheduler`

#![allow(clippy::unwrap_used, reason = "a bench that cannot run says so")]

use async_trait::async_trait;
use divan::{Bencher, black_box};
use nova_objects::{
    ComputeNode, DateTime, Fields, FilterProperties, Filters, Flavor, ImageMeta, Query,
    RequestContext, RequestSpec, Service, Store, StoreError,
};
use nova_scheduler::{FILTERS, FilterScheduler, HostState, Options, WEIGHERS};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

const HOSTS: [usize; 4] = [100, 1_000, 10_000, 100_000];

fn main() {
    divan::main();
}

/// A decision as the service makes it: nothing has changed since the last one.
#[divan::bench(args = HOSTS)]
fn select_destinations(bencher: Bencher<'_, '_>, hosts: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = Arc::new(Rows::new(hosts));
    let scheduler = FilterScheduler::new(store, FILTERS, WEIGHERS, &Options::default()).unwrap();
    let (context, spec, nothing) = (RequestContext::admin(), spec(), FilterProperties::default());
    let decide = || {
        let select = scheduler.select_destinations(&context, &spec, &nothing, None);
        runtime.block_on(select).unwrap()
    };
    decide();
    bencher.bench_local(decide);
}

/// The floor: one loop that leaves out who has no room or is down, and one that finds the best.
#[divan::bench(args = HOSTS)]
fn by_hand(bencher: Bencher<'_, '_>, hosts: usize) {
    let states: Vec<_> =
        (0..hosts).map(|number| HostState::new(&node(number), Arc::new(service(number)))).collect();
    let spec = spec();
    bencher.bench_local(|| black_box(best(&states, &spec)));
}

fn best<'h>(states: &'h [HostState], spec: &RequestSpec) -> Option<&'h HostState> {
    let (flavor, now) = (&spec.flavor, DateTime::now());
    let disk_mb = 1024 * (flavor.root_gb + flavor.ephemeral_gb) + flavor.swap;
    let fits = |host: &&HostState| {
        let ram_used = host.total_usable_ram_mb - host.free_ram_mb;
        let ram = host.total_usable_ram_mb as f64 * host.ram_allocation_ratio - ram_used as f64;
        let total_disk_mb = 1024 * host.total_usable_disk_gb;
        let disk_used = total_disk_mb - host.free_disk_mb;
        let disk = total_disk_mb as f64 * host.disk_allocation_ratio - disk_used as f64;
        flavor.memory_mb <= host.total_usable_ram_mb
            && flavor.memory_mb as f64 <= ram
            && disk_mb as f64 <= disk
            && !host.service.disabled
            && host.service.is_up(now, 60.0)
    };
    let fit: Vec<_> = states.iter().filter(fits).collect();
    let (mut ram, mut disk, mut io) = (0, 0, 0);
    for host in &fit {
        ram = ram.max(host.free_ram_mb);
        disk = disk.max(host.free_disk_mb);
        io = io.max(host.num_io_ops);
    }
    let part = |of: i64, max: i64| if max == 0 { 0.0 } else { of.max(0) as f64 / max as f64 };
    let weight = |host: &HostState| {
        part(host.free_ram_mb, ram) + part(host.free_disk_mb, disk) - part(host.num_io_ops, io)
    };
    fit.into_iter().max_by(|a, b| weight(a).total_cmp(&weight(b)))
}

fn spec() -> RequestSpec {
    let [_, flavor, ..] = Flavor::defaults();
    let (project_id, image, availability_zone) = ("demo".into(), ImageMeta::default(), None);
    RequestSpec { project_id, flavor, image, num_instances: 1, availability_zone }
}

/// Hosts of which one in eight is full.
fn node(number: usize) -> ComputeNode {
    let name = format!("host-{number}");
    let free = (number % 8) as i64;
    ComputeNode {
        id: number as i64 + 1,
        uuid: name.clone(),
        host: name.clone(),
        hypervisor_hostname: name,
        memory_mb: 65_536,
        free_ram_mb: free * 8192 - 32_768,
        local_gb: 1000,
        free_disk_gb: (number % 1000) as i64,
        created_at: Some(DateTime::now()),
        ..ComputeNode::default()
    }
}

fn service(number: usize) -> Service {
    // It is as alive after a long run as at its beginning.
    let last_seen_up = Some(DateTime::now().plus_seconds(30));
    let created_at = last_seen_up;
    let service = Service::new(&format!("host-{number}"), "nova-compute", "compute");
    Service { id: number as i64 + 1, last_seen_up, created_at, ..service }
}

/// Rows that do not change: all of them for who asks for all, and none for who asks for changes.
struct Rows {
    nodes: Vec<Fields>,
    services: Vec<Fields>,
}

impl Rows {
    fn new(hosts: usize) -> Self {
        fn fields(row: impl Serialize) -> Fields {
            let Ok(Value::Object(fields)) = serde_json::to_value(row) else { unreachable!() };
            fields
        }
        Self {
            nodes: (0..hosts).map(|number| fields(node(number))).collect(),
            services: (0..hosts).map(|number| fields(service(number))).collect(),
        }
    }
}

#[async_trait]
impl Store for Rows {
    async fn list(
        &self,
        _context: &RequestContext,
        class: &str,
        query: &Query,
    ) -> Result<Vec<Fields>, StoreError> {
        Ok(match class {
            _ if query.changes_since.is_some() => Vec::new(),
            "Service" => self.services.clone(),
            "ComputeNode" => self.nodes.clone(),
            _ => Vec::new(),
        })
    }

    async fn get(&self, _: &RequestContext, class: &str, _: &str) -> Result<Fields, StoreError> {
        Err(StoreError::Unsupported(class.into()))
    }

    async fn create(
        &self,
        _: &RequestContext,
        class: &str,
        _: Fields,
    ) -> Result<Fields, StoreError> {
        Err(StoreError::Unsupported(class.into()))
    }

    async fn save(
        &self,
        _: &RequestContext,
        class: &str,
        _: &str,
        _: Fields,
        _: &Filters,
    ) -> Result<Fields, StoreError> {
        Err(StoreError::Unsupported(class.into()))
    }

    async fn destroy(&self, _: &RequestContext, class: &str, _: &str) -> Result<(), StoreError> {
        Err(StoreError::Unsupported(class.into()))
    }
}
