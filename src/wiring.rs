//! Which promise of one stage is kept by which other.

use crate::{
    Conf, Error,
    conf::{Endpoint, KeystoneAuthtoken},
    ports::Neighbours,
};
use nova_compute::{FakeSize, Hypervisor, Peers};
use nova_extensions::{ComputeApiOptions, Extensions, GlanceUrl, Policy};
use nova_neighbours::{
    GlanceClient, KeystoneClient, glance,
    keystone::{self, Identities, catalog},
};
use nova_objects::{ComputeRpc, ImageApi, Plugs, SchedulerRpc, Store};
use nova_paste::{App, AppGraph, PasteConfig, PasteError};
use nova_pipeline::authtoken::{self, identity::TokenValidator};
use nova_rpc::{
    MemoryTransport, RpcClient, Target, Transport,
    rpcapi::{ComputeAPI, ConductorAPI, SchedulerAPI},
};
use std::sync::Arc;

/// Where everything in this house is.
pub const REGION: &str = "RegionOne";

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
    let registry = conf.installed.registry(plugs);
    let config = match &conf.api_paste_config {
        Some(path) => PasteConfig::read(path)?,
        None => PasteConfig::parse("etc/api-paste.ini", crate::API_PASTE)?,
    };
    Ok(config.loader(&registry).load_app(name)?)
}

/// What the API's factories find: configuration, and the services behind the API.
///
/// # Errors
///
/// As [`policy`].
pub fn api_plugs(
    conf: &Conf,
    store: &Arc<dyn Store>,
    transport: &Arc<dyn Transport>,
    neighbours: &Neighbours,
) -> Result<Plugs, PasteError> {
    let client = rpc_client(conf, transport);
    let plugs = Plugs::default()
        .plug(conf.pipeline.clone())
        .plug(conf.cors.clone())
        .plug(conf.proxy)
        .plug(conf.sizelimit.clone())
        .plug(conf.context)
        .plug(authtoken(conf, neighbours))
        .plug::<Arc<dyn TokenValidator>>(Arc::new(keystone_client(conf, neighbours)))
        .plug(policy(conf)?)
        .plug(conf.osapi_v21.clone())
        .plug(conf.quota)
        .plug(conf.hide_server_addresses.clone())
        .plug(GlanceUrl(neighbours.image.clone()))
        .plug(ComputeApiOptions {
            allow_resize_to_same_host: conf.allow_resize_to_same_host,
            default_availability_zone: conf.scheduler.default_availability_zone.clone(),
            service_down_time: conf.scheduler.service_down_time,
            multi_instance_display_name_template: conf.multi_instance_display_name_template.clone(),
            reclaim_instance_interval: conf.compute.reclaim_instance_interval,
        })
        .plug(Extensions(conf.installed.extensions.clone()))
        .plug::<Arc<dyn Store>>(Arc::clone(store))
        .plug::<Arc<dyn SchedulerRpc>>(Arc::new(scheduler_rpcapi(conf, &client)))
        .plug::<Arc<dyn ComputeRpc>>(Arc::new(compute_rpcapi(conf, &client)))
        .plug(image_api(conf, &neighbours.image));
    Ok(plugs)
}

/// What carries the messages: a broker, or this process itself.
///
/// # Errors
///
/// The URL is none, or this binary cannot reach a broker.
pub fn transport(conf: &Conf) -> Result<Arc<dyn Transport>, Error> {
    match conf.rpc.transport_url.expose() {
        "" | "memory://" => Ok(Arc::new(MemoryTransport::default())),
        #[cfg(feature = "amqp")]
        url => Ok(Arc::new(nova_rpc::AmqpTransport::new(url, conf.rpc.rabbit.clone())?)),
        #[cfg(not(feature = "amqp"))]
        _ => Err(Error::NoAmqp),
    }
}

/// A client for all that one service sends: of each, a copy goes its own way, and all share the
/// queue of replies.
pub fn rpc_client(conf: &Conf, transport: &Arc<dyn Transport>) -> RpcClient {
    let nobody = Target::topic("");
    RpcClient::new(Arc::clone(transport), nobody).timeout(conf.rpc.rabbit.rpc_response_timeout)
}

/// The schedulers, as `client` reaches them.
pub fn scheduler_rpcapi(conf: &Conf, client: &RpcClient) -> SchedulerAPI {
    SchedulerAPI::over(client.prepare().topic(&conf.rpc.scheduler_topic))
}

/// The compute services, as `client` reaches them.
pub fn compute_rpcapi(conf: &Conf, client: &RpcClient) -> ComputeAPI {
    ComputeAPI::over(client.prepare().topic(&conf.rpc.compute_topic))
}

/// The conductors, as `client` reaches them from the compute service on `host`.
pub fn conductor_rpcapi(conf: &Conf, client: &RpcClient, host: &str) -> ConductorAPI {
    ConductorAPI::over(client.prepare().topic(&conf.rpc.conductor_topic).on_behalf_of(host))
}

/// Who may do what.
///
/// # Errors
///
/// The file cannot be read, or has a rule that cannot be.
pub fn policy(conf: &Conf) -> Result<Policy, PasteError> {
    conf.policy_file.as_deref().map_or_else(Policy::built_in, Policy::read)
}

fn authtoken(conf: &Conf, neighbours: &Neighbours) -> authtoken::Options {
    let KeystoneAuthtoken { auth_uri, token_cache_time, delay_auth_decision, .. } =
        conf.keystone_authtoken.clone();
    let auth_uri = auth_uri.map(|Endpoint(url)| url).or_else(|| neighbours.identity.clone());
    let auth_uri = auth_uri.unwrap_or_default();
    authtoken::Options { auth_uri, token_cache_time, delay_auth_decision }
}

/// Nova itself, as a client of the identity service.
fn keystone_client(conf: &Conf, neighbours: &Neighbours) -> KeystoneClient {
    let KeystoneAuthtoken { credentials, http_connect_timeout, http_request_max_retries, .. } =
        conf.keystone_authtoken.clone();
    let identity = neighbours.identity.as_deref().unwrap_or_default();
    KeystoneClient::new(identity, credentials, http_connect_timeout)
        .http_request_max_retries(http_request_max_retries)
}

/// Nova as a client of the image service at `image`, or of those that the configuration names.
pub fn image_api(conf: &Conf, image: &str) -> Arc<dyn ImageApi> {
    let client = GlanceClient::new(image).num_retries(conf.num_retries);
    let named: Vec<String> = conf.api_servers.iter().map(|Endpoint(url)| url.clone()).collect();
    Arc::new(if named.is_empty() { client } else { client.api_servers(&named) })
}

/// Who may log in at the built-in identity service. Nova itself has to be among them.
///
/// # Errors
///
/// The file cannot be read, or lacks the user of `[keystone_authtoken]`.
pub fn identities(conf: &Conf) -> Result<Identities, Error> {
    let identities = match &conf.identities {
        Some(path) => Identities::read(path)?,
        None => Identities::built_in()?,
    };
    let nova = &conf.keystone_authtoken.credentials;
    if identities.know(nova) {
        return Ok(identities);
    }
    Err(Error::ServiceUser { username: nova.username.clone(), project: nova.project_name.clone() })
}

/// The built-in identity service, which tells clients where the others are.
///
/// # Errors
///
/// As [`keystone::app`].
pub fn keystone(
    conf: &Conf,
    identities: Identities,
    neighbours: &Neighbours,
    compute_endpoint: &str,
) -> Result<App, PasteError> {
    let identity = neighbours.identity.as_deref().unwrap_or_default();
    let services = [
        ("identity", "keystone", identity),
        ("compute", "nova", compute_endpoint),
        ("image", "glance", &neighbours.image),
    ];
    let catalog = catalog(REGION, &services);
    keystone::app(keystone::Options {
        identities,
        catalog,
        token_expiration: conf.token_expiration,
    })
}

/// The built-in image service. It asks the same identity service as Nova does, in Nova's name.
///
/// # Errors
///
/// As [`glance::app`].
pub fn glance(conf: &Conf, neighbours: &Neighbours) -> Result<App, PasteError> {
    let plugs = Plugs::default()
        .plug(conf.pipeline.clone())
        .plug(authtoken(conf, neighbours))
        .plug::<Arc<dyn TokenValidator>>(Arc::new(keystone_client(conf, neighbours)));
    glance::app(&conf.image, plugs)
}

// ANCHOR: compute_peers
/// Whom the compute service on `host` can reach. Its store is the conductor: it has no database.
pub fn compute_peers(
    conf: &Conf,
    transport: &Arc<dyn Transport>,
    image: &str,
    host: &str,
) -> Peers {
    let client = rpc_client(conf, transport);
    Peers {
        store: Arc::new(conductor_rpcapi(conf, &client, host)),
        scheduler: Arc::new(scheduler_rpcapi(conf, &client)),
        compute_rpcapi: Arc::new(compute_rpcapi(conf, &client)),
        image_api: image_api(conf, image),
    }
}
// ANCHOR_END: compute_peers

/// The hypervisors of the hosts `host-1`, `host-2`, ... Fake ones differ in size; of a real one
/// there is one. They get their disks from the image service at `image`.
///
/// # Errors
///
/// As [`hypervisor`].
pub fn hypervisors(conf: &Conf, image: &str) -> Result<Vec<(String, Hypervisor)>, Error> {
    let image_api = image_api(conf, image);
    let on_host = |number| {
        let host = format!("host-{number}");
        let fake = FakeSize::of_host(number);
        let options = nova_compute::Options { host: host.clone(), fake, ..conf.compute.clone() };
        Ok((host, hypervisor(conf, &options, &image_api)?))
    };
    let hosts = if conf.has_real_guests() { 1 } else { conf.fake_hosts };
    (1..=hosts).map(on_host).collect()
}

/// The hypervisor of the host that `options` describe. It gets its disks from `image_api`.
///
/// # Errors
///
/// `compute_driver` names a driver that is not installed, or that cannot be as the options want
/// it.
pub fn hypervisor(
    conf: &Conf,
    options: &nova_compute::Options,
    image_api: &Arc<dyn ImageApi>,
) -> Result<Hypervisor, Error> {
    if cfg!(not(feature = "libvirt")) && options.compute_driver.starts_with("libvirt.") {
        return Err(Error::NoLibvirt);
    }
    Ok(Hypervisor::load(&conf.installed.drivers, options, Arc::clone(image_api))?)
}
