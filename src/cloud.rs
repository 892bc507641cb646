//! The whole house (`nova/cmd/all.py`): started in the right order, stopped in the reverse.

use crate::{
    Conf, Error,
    http_service::HttpService,
    installed,
    ports::{Neighbours, Ports},
    wiring,
};
use nova_compute::{ComputeManager, ComputeService, Hypervisor};
use nova_conductor::{ConductorManager, Db};
use nova_neighbours::keystone::{Credentials, Identities};
use nova_objects::{ComputeRpc, Store};
use nova_rpc::{
    Heartbeat, MemoryTransport, RpcServer, RunningServer, Target, Transport,
    rpcapi::{self, compute::ComputeAPI},
};
use nova_scheduler::SchedulerManager;
use std::sync::Arc;

/// The host of the services that are there once.
const HOST: &str = "controller";

/// A cloud that is up.
pub struct Cloud {
    api: HttpService,
    computes: Vec<(RunningServer, ComputeService)>,
    scheduler: (RunningServer, Heartbeat),
    conductor: (RunningServer, Heartbeat),
    served_neighbours: Vec<HttpService>,
    db: Db,
    compute_endpoint: String,
    neighbours: Neighbours,
    administrator: Option<Credentials>,
}

/// A cloud that is to be.
pub struct CloudBuilder {
    conf: Conf,
    hypervisors: Option<Vec<(String, Hypervisor)>>,
}

impl CloudBuilder {
    /// Every service takes whatever port is free.
    #[must_use]
    pub fn free_ports(mut self) -> Self {
        self.conf.osapi_compute_listen_port = 0;
        self.conf.identity_port = 0;
        self.conf.image_port = 0;
        self
    }

    /// These hosts with these hypervisors, instead of those that the configuration describes.
    #[must_use]
    pub fn hypervisors(mut self, hypervisors: Vec<(String, Hypervisor)>) -> Self {
        self.hypervisors = Some(hypervisors);
        self
    }

    /// Starts every service, those first that others need.
    ///
    /// # Errors
    ///
    /// A port is taken, a file is bad, or an option names something that is not installed.
    pub async fn start(self) -> Result<Cloud, Error> {
        let Self { conf, hypervisors } = self;
        let hypervisors = match hypervisors {
            Some(hypervisors) => hypervisors,
            None => wiring::hypervisors(&conf)?,
        };
        let ports = Ports::bind(&conf).await?;
        let (compute_endpoint, neighbours) = (ports.compute_endpoint(), ports.neighbours(&conf));
        let db = Db::open(&conf.connection).await?;
        let store: Arc<dyn Store> = Arc::new(db.clone());
        let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
        let plugs = wiring::api_plugs(&conf, &store, &transport, &neighbours)?;
        let (app, _) = wiring::compute_app(&conf, plugs)?;
        let identities = match ports.identity {
            Some(_) => Some(wiring::identities(&conf)?),
            None => None,
        };
        let administrator = identities.as_ref().and_then(Identities::administrator);
        let mut served_neighbours = Vec::new();
        if let Some((port, identities)) = ports.identity.zip(identities) {
            let app = wiring::keystone(&conf, identities, &neighbours, &compute_endpoint)?;
            served_neighbours.push(port.serve(app));
        }
        if let Some(port) = ports.image {
            served_neighbours.push(port.serve(wiring::glance(&conf, &neighbours)?));
        }
        let conductor = conductor(&conf, &store, &transport).await?;
        let scheduler = scheduler(&conf, &store, &transport).await?;
        let mut computes = Vec::new();
        for (host, hypervisor) in hypervisors {
            computes.push(compute(&conf, host, hypervisor, &transport, &neighbours).await?);
        }
        Ok(Cloud {
            api: ports.api.serve(app),
            computes,
            scheduler,
            conductor,
            served_neighbours,
            db,
            compute_endpoint,
            neighbours,
            administrator,
        })
    }
}

impl Cloud {
    /// A cloud as `conf` describes it.
    pub fn builder(conf: Conf) -> CloudBuilder {
        CloudBuilder { conf, hypervisors: None }
    }

    /// Where the compute API answers: `http://127.0.0.1:8774/v2.1`.
    pub fn compute_endpoint(&self) -> &str {
        &self.compute_endpoint
    }

    /// Where its neighbours answer.
    pub fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    /// Who may log in at the built-in identity service, and do everything.
    pub fn administrator(&self) -> Option<&Credentials> {
        self.administrator.as_ref()
    }

    /// Takes no more requests, finishes those in hand, and ends every service.
    pub async fn stop(self) {
        self.api.stop().await;
        for (server, service) in self.computes {
            server.stop().await;
            service.stop().await;
        }
        for (server, heart) in [self.scheduler, self.conductor] {
            server.stop().await;
            heart.stop().await;
        }
        for neighbour in self.served_neighbours {
            neighbour.stop().await;
        }
        self.db.close().await;
    }
}

async fn conductor(
    conf: &Conf,
    store: &Arc<dyn Store>,
    transport: &Arc<dyn Transport>,
) -> Result<(RunningServer, Heartbeat), Error> {
    let manager = Arc::new(ConductorManager::new(Arc::clone(store)));
    let target = Target::topic(rpcapi::conductor::TOPIC).server(HOST);
    let server = RpcServer::new(Arc::clone(transport), target, "conductor");
    let server = server.endpoint(manager.endpoint()).start().await?;
    Ok((server, heartbeat(conf, store, "nova-conductor", rpcapi::conductor::TOPIC).await))
}

async fn scheduler(
    conf: &Conf,
    store: &Arc<dyn Store>,
    transport: &Arc<dyn Transport>,
) -> Result<(RunningServer, Heartbeat), Error> {
    let compute_rpcapi: Arc<dyn ComputeRpc> = Arc::new(ComputeAPI::new(Arc::clone(transport)));
    let (filters, weighers) = (installed::scheduler_filters(), installed::scheduler_weighers());
    let manager = SchedulerManager::new(
        Arc::clone(store),
        compute_rpcapi,
        &filters,
        &weighers,
        &conf.scheduler,
    )?;
    let target = Target::topic(rpcapi::scheduler::TOPIC).server(HOST);
    let server = RpcServer::new(Arc::clone(transport), target, "scheduler");
    let server = server.endpoint(Arc::new(manager).endpoint()).start().await?;
    Ok((server, heartbeat(conf, store, "nova-scheduler", rpcapi::scheduler::TOPIC).await))
}

async fn heartbeat(conf: &Conf, store: &Arc<dyn Store>, binary: &str, topic: &str) -> Heartbeat {
    let every = conf.compute.report_interval;
    Heartbeat::start(Arc::clone(store), HOST, binary, topic, every).await
}

/// A compute service: it reaches rows through the conductor, and nothing else.
async fn compute(
    conf: &Conf,
    host: String,
    hypervisor: Hypervisor,
    transport: &Arc<dyn Transport>,
    neighbours: &Neighbours,
) -> Result<(RunningServer, ComputeService), Error> {
    let peers = wiring::compute_peers(transport, neighbours);
    let lane = format!("compute.{host}");
    let options = nova_compute::Options { host, ..conf.compute.clone() };
    let manager = ComputeManager::new(hypervisor, peers, options);
    let service = ComputeService::start(Arc::clone(&manager)).await?;
    let server = RpcServer::new(Arc::clone(transport), manager.target(), lane);
    Ok((server.endpoint(manager.endpoint()).start().await?, service))
}
