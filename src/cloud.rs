//! The whole house (`nova/cmd/all.py`): started in the right order, stopped in the reverse.

use crate::{
    Conf, Error,
    api::{Api, ServedApi},
    installed::{AdditionalEndpoints, Surroundings},
    ports::{Neighbours, Ports},
    wiring,
};
use nova_compute::{ComputeManager, ComputeService, Hypervisor};
use nova_conductor::{ConductorManager, Db, Patience, PeriodicTasks};
use nova_neighbours::keystone::Credentials;
use nova_objects::{ComputeRpc, Store};
use nova_rpc::{Heartbeat, RpcServer, RunningServer, Target, Transport};
use nova_scheduler::SchedulerManager;
use std::sync::Arc;

/// The host of the services that are there once.
const HOST: &str = "controller";

/// A cloud that is up.
pub struct Cloud {
    api: ServedApi,
    computes: Vec<(RunningServer, ComputeService)>,
    scheduler: (RunningServer, Heartbeat),
    conductor: Conductor,
    db: Db,
    transport: Arc<dyn Transport>,
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
        let ports = Ports::bind(&conf).await?;
        let db = Db::open(conf.connection.expose()).await?;
        let store: Arc<dyn Store> = Arc::new(db.clone());
        let transport = wiring::transport(&conf)?;
        let image = ports.neighbours(&conf).image;
        let hypervisors = match hypervisors {
            Some(hypervisors) => hypervisors,
            None => wiring::hypervisors(&conf, &image)?,
        };
        // ANCHOR: start
        let api = Api::load(&conf, ports, &store, &transport)?;
        let conductor = Conductor::start(&conf, HOST, &store, &transport).await?;
        let scheduler = scheduler(&conf, HOST, &store, &transport).await?;
        let mut computes = Vec::new();
        for (host, hypervisor) in hypervisors {
            computes.push(compute(&conf, host, hypervisor, &transport, &image).await?);
        }
        Ok(Cloud { api: api.serve(), computes, scheduler, conductor, db, transport })
        // ANCHOR_END: start
    }
}

impl Cloud {
    /// A cloud as `conf` describes it.
    pub fn builder(conf: Conf) -> CloudBuilder {
        CloudBuilder { conf, hypervisors: None }
    }

    /// Where the compute API answers: `http://127.0.0.1:8774/v2.1`.
    pub fn compute_endpoint(&self) -> &str {
        &self.api.compute_endpoint
    }

    /// Where its neighbours answer.
    pub fn neighbours(&self) -> &Neighbours {
        &self.api.neighbours
    }

    /// Who may log in at the built-in identity service, and do everything.
    pub fn administrator(&self) -> Option<&Credentials> {
        self.api.administrator.as_ref()
    }

    /// What carries its messages.
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    /// Takes no more requests, finishes those in hand, and ends every service.
    pub async fn stop(self) {
        // ANCHOR: stop
        let neighbours = self.api.stop().await;
        // Who hands work on stops before those who get it, so that none is left between them.
        let (server, heart) = self.scheduler;
        server.stop().await;
        heart.stop().await;
        for (server, service) in self.computes {
            server.stop().await;
            service.stop().await;
        }
        self.conductor.stop().await;
        // ANCHOR_END: stop
        for neighbour in neighbours {
            neighbour.stop().await;
        }
        self.transport.close().await;
        self.db.close().await;
    }
}

/// A conductor, and what it does without being asked.
pub(crate) struct Conductor {
    server: RunningServer,
    heart: Heartbeat,
    periodic_tasks: PeriodicTasks,
}

impl Conductor {
    pub(crate) async fn start(
        conf: &Conf,
        host: &str,
        store: &Arc<dyn Store>,
        transport: &Arc<dyn Transport>,
    ) -> Result<Self, Error> {
        let manager = Arc::new(ConductorManager::new(Arc::clone(store)));
        let topic = &conf.rpc.conductor_topic;
        let target = Target::topic(topic).server(host);
        let server = RpcServer::new(Arc::clone(transport), target, "conductor");
        let server = server.endpoint(manager.endpoint());
        let surroundings = Surroundings { store, transport, host };
        let server = offer(server, &conf.installed.conductor_endpoints, &surroundings);
        let server = server.start().await?;
        let heart = heartbeat(conf, store, host, "nova-conductor", topic).await;
        let patience = Patience {
            instance_build_timeout: conf.instance_build_timeout,
            service_down_time: conf.scheduler.service_down_time,
        };
        Ok(Self { server, heart, periodic_tasks: PeriodicTasks::start(store, patience) })
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
        self.periodic_tasks.stop().await;
        self.heart.stop().await;
    }
}

pub(crate) async fn scheduler(
    conf: &Conf,
    host: &str,
    store: &Arc<dyn Store>,
    transport: &Arc<dyn Transport>,
) -> Result<(RunningServer, Heartbeat), Error> {
    let client = wiring::rpc_client(conf, transport);
    let compute_rpcapi: Arc<dyn ComputeRpc> = Arc::new(wiring::compute_rpcapi(conf, &client));
    let manager = SchedulerManager::new(
        Arc::clone(store),
        compute_rpcapi,
        &conf.installed.scheduler_filters,
        &conf.installed.scheduler_weighers,
        &conf.scheduler,
    )?;
    let topic = &conf.rpc.scheduler_topic;
    let target = Target::topic(topic).server(host);
    let server = RpcServer::new(Arc::clone(transport), target, "scheduler");
    let server = server.endpoint(Arc::new(manager).endpoint()).start().await?;
    Ok((server, heartbeat(conf, store, host, "nova-scheduler", topic).await))
}

/// The server with what is offered besides (`nova/service.py` `Service.start`).
fn offer(
    server: RpcServer,
    besides: &[AdditionalEndpoints],
    surroundings: &Surroundings<'_>,
) -> RpcServer {
    besides.iter().fold(server, |server, offer| offer(server, surroundings))
}

async fn heartbeat(
    conf: &Conf,
    store: &Arc<dyn Store>,
    host: &str,
    binary: &str,
    topic: &str,
) -> Heartbeat {
    let every = conf.compute.report_interval;
    Heartbeat::start(Arc::clone(store), host, binary, topic, every).await
}

/// A compute service: it reaches rows through the conductor, and nothing else.
pub(crate) async fn compute(
    conf: &Conf,
    host: String,
    hypervisor: Hypervisor,
    transport: &Arc<dyn Transport>,
    image_endpoint: &str,
) -> Result<(RunningServer, ComputeService), Error> {
    let peers = wiring::compute_peers(conf, transport, image_endpoint, &host);
    let store = Arc::clone(&peers.store);
    let lane = format!("compute.{host}");
    let options = nova_compute::Options { host: host.clone(), ..conf.compute.clone() };
    let manager = ComputeManager::new(hypervisor, peers, options);
    let service = ComputeService::start(Arc::clone(&manager)).await?;
    let target = Target { topic: conf.rpc.compute_topic.clone(), ..manager.target() };
    let server = RpcServer::new(Arc::clone(transport), target, lane).endpoint(manager.endpoint());
    let surroundings = Surroundings { store: &store, transport, host: &host };
    let server = offer(server, &conf.installed.compute_endpoints, &surroundings);
    Ok((server.start().await?, service))
}
