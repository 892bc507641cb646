//! Which promise of one stage is kept by which other.

use crate::{Conf, Error, installed};
use nova_compute::{FakeSize, Hypervisor};
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
    paste_app(conf, plugs, "osapi_compute")
}

/// The app of the paste file that is called `name`, and what was loaded.
///
/// # Errors
///
/// As [`compute_app`]; or the file has no such app.
pub fn paste_app(conf: &Conf, plugs: Plugs, name: &str) -> Result<(App, AppGraph), Error> {
    let registry = installed::factories(plugs);
    let config = match &conf.api_paste_config {
        Some(path) => PasteConfig::read(path)?,
        None => PasteConfig::parse("etc/api-paste.ini", crate::API_PASTE)?,
    };
    Ok(config.loader(&registry).load_app(name)?)
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

/// The hypervisors of the hosts: `host-1`, `host-2`, ... Fake ones differ in size.
///
/// # Errors
///
/// `compute_driver` names a driver that is not installed.
pub fn hypervisors(conf: &Conf) -> Result<Vec<(String, Hypervisor)>, Error> {
    let drivers = installed::drivers();
    let hypervisor = |number| {
        let host = format!("host-{number}");
        let fake = FakeSize::of_host(number);
        let options = nova_compute::Options { host: host.clone(), fake, ..conf.compute.clone() };
        Ok((host, Hypervisor::load(&drivers, &options)?))
    };
    (1..=conf.fake_hosts).map(hypervisor).collect()
}
