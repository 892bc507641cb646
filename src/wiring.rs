//! Which promise of one stage is kept by which other.

use crate::{Conf, Error, installed};
use nova_compute::{ComputeDriver, FakeDriver, Hypervisor, Resources};
use nova_extensions::{ComputeApiOptions, Extensions};
use nova_neighbours::GlanceClient;
use nova_objects::{ComputeRpc, ImageApi, Plugs, SchedulerRpc, Store};
use nova_paste::{App, AppGraph, PasteConfig};
use nova_rpc::{
    Transport,
    rpcapi::{compute::ComputeAPI, scheduler::SchedulerAPI},
};
use std::sync::Arc;

/// The API, loaded from its paste file, and what was loaded.
///
/// # Errors
///
/// The file cannot be read, or names something that is not installed.
pub fn compute_app(conf: &Conf, plugs: Plugs) -> Result<(App, AppGraph), Error> {
    let registry = installed::factories(plugs);
    let config = match &conf.api_paste_config {
        Some(path) => PasteConfig::read(path)?,
        None => PasteConfig::parse("etc/api-paste.ini", crate::API_PASTE)?,
    };
    Ok(config.loader(&registry).load_app("osapi_compute")?)
}

/// What the API's factories find: configuration, and the services behind the API.
pub fn api_plugs(
    conf: &Conf,
    store: &Arc<dyn Store>,
    transport: &Arc<dyn Transport>,
    image_endpoint: &str,
) -> Plugs {
    Plugs::default()
        .plug(nova_pipeline::Options {
            auth_strategy: conf.auth_strategy.clone(),
            ..Default::default()
        })
        .plug(conf.sizelimit.clone())
        .plug(conf.quota)
        .plug(ComputeApiOptions {
            service_down_time: conf.scheduler.service_down_time,
            multi_instance_display_name_template: conf.multi_instance_display_name_template.clone(),
        })
        .plug(Extensions(installed::extensions()))
        .plug::<Arc<dyn Store>>(Arc::clone(store))
        .plug::<Arc<dyn SchedulerRpc>>(Arc::new(SchedulerAPI::new(Arc::clone(transport))))
        .plug::<Arc<dyn ComputeRpc>>(Arc::new(ComputeAPI::new(Arc::clone(transport))))
        .plug::<Arc<dyn ImageApi>>(Arc::new(GlanceClient::new(image_endpoint)))
}

/// The hypervisors of the hosts: `host-1`, `host-2`, ...
///
/// Fake ones differ in size, so that the scheduler has something to decide: the first is too
/// small for any flavor, the second is the largest.
///
/// # Errors
///
/// `compute_driver` names a driver that is not installed.
pub fn hypervisors(conf: &Conf) -> Result<Vec<(String, Hypervisor)>, Error> {
    (1..=conf.fake_hosts)
        .map(|number| {
            let host = format!("host-{number}");
            let options = nova_compute::Options { host: host.clone(), ..conf.compute.clone() };
            let hypervisor = match options.compute_driver.as_str() {
                "fake.FakeDriver" => Hypervisor::new("FakeDriver", fake(&host, number)),
                _ => Hypervisor::load(&installed::drivers(), &options)?,
            };
            Ok((host, hypervisor))
        })
        .collect()
}

/// Memory in MiB, CPUs and disk in GiB of the fake hosts, by turns.
const SIZES: [(i64, i64, i64); 3] = [(512, 2, 10), (16384, 16, 100), (8192, 8, 50)];

fn fake(host: &str, number: usize) -> Arc<dyn ComputeDriver> {
    let (memory_mb, vcpus, local_gb) = SIZES[(number - 1) % SIZES.len()];
    Arc::new(FakeDriver::new(Resources { memory_mb, vcpus, local_gb, ..Resources::fake(host) }))
}
