//! One service in a process of its own (`nova/cmd/api.py`, `scheduler.py`, `conductor.py`,
//! `compute.py`).

use crate::{
    Conf, Error,
    api::{Api, ServedApi},
    cloud::{Conductor, compute, scheduler},
    flow_relay::{FlowCollector, FlowSender},
    ports::{self, Ports},
    wiring,
};
use nova_compute::ComputeService;
use nova_conductor::Db;
use nova_objects::Store;
use nova_rpc::{Heartbeat, RunningServer, Transport};
use nova_traces::Flows;
use std::sync::Arc;

/// Which service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The API, with the neighbours that are built in and needed.
    Api,
    /// A scheduler.
    Scheduler,
    /// A conductor.
    Conductor,
    /// A compute service.
    Compute,
}

/// A service that is up. It reaches the others through the broker.
pub struct Process {
    service: Service,
    flows: Option<FlowSender>,
    db: Option<Db>,
    transport: Arc<dyn Transport>,
    greeting: String,
}

enum Service {
    Api(Box<ServedApi>, Option<FlowCollector>),
    Scheduler(RunningServer, Heartbeat),
    Conductor(Conductor),
    Compute(RunningServer, ComputeService),
}

impl Process {
    /// Starts `role` as `conf` describes it. What it sees of requests, somebody writes to `flows`.
    ///
    /// # Errors
    ///
    /// There is no broker, a port is taken, a file is bad, or an option names something that is
    /// not installed. A broker that does not answer yet is waited for.
    pub async fn start(conf: &Conf, role: Role, flows: &Flows) -> Result<Self, Error> {
        if conf.rpc.transport_url.expose().is_empty() {
            return Err(Error::NoBroker);
        }
        let transport = wiring::transport(conf)?;
        let host = conf.compute.host.as_str();
        // All but a compute service have a database.
        let db = match role {
            Role::Compute => None,
            Role::Api | Role::Scheduler | Role::Conductor => {
                Some(Db::open(conf.connection.expose()).await?)
            }
        };
        let store = db.clone().map(|db| Arc::new(db) as Arc<dyn Store>);
        let (service, greeting) = match (role, &store) {
            (Role::Api, Some(store)) => api(conf, store, &transport).await?,
            (Role::Scheduler, Some(store)) => {
                let (server, heart) = scheduler(conf, host, store, &transport).await?;
                (Service::Scheduler(server, heart), format!("The scheduler {host} is up."))
            }
            (Role::Conductor, Some(store)) => {
                let conductor = Conductor::start(conf, host, store, &transport).await?;
                (Service::Conductor(conductor), format!("The conductor {host} is up."))
            }
            (Role::Compute, _) | (_, None) => {
                let image = ports::image_endpoint(conf);
                let hypervisor =
                    wiring::hypervisor(conf, &conf.compute, &wiring::image_api(conf, &image))?;
                let client = wiring::rpc_client(conf, &transport);
                wiring::conductor_rpcapi(conf, &client, host).wait_until_ready().await?;
                let (server, service) =
                    compute(conf, host.into(), hypervisor, &transport, &image).await?;
                (Service::Compute(server, service), format!("The compute service {host} is up."))
            }
        };
        let flows = conf.flow.enabled.then(|| FlowSender::start(conf, flows.clone(), &transport));
        Ok(Self { service, flows, db, transport, greeting })
    }

    /// Which service is up, and where, in a line.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// Takes nothing more, finishes what is in hand, and takes leave of the broker.
    pub async fn stop(self) {
        match self.service {
            Service::Api(api, collector) => {
                for neighbour in api.stop().await {
                    neighbour.stop().await;
                }
                if let Some(collector) = collector {
                    collector.stop().await;
                }
            }
            Service::Scheduler(server, heart) => {
                server.stop().await;
                heart.stop().await;
            }
            Service::Conductor(conductor) => conductor.stop().await,
            Service::Compute(server, service) => {
                server.stop().await;
                service.stop().await;
            }
        }
        if let Some(flows) = self.flows {
            flows.stop().await;
        }
        self.transport.close().await;
        if let Some(db) = self.db {
            db.close().await;
        }
    }
}

async fn api(
    conf: &Conf,
    store: &Arc<dyn Store>,
    transport: &Arc<dyn Transport>,
) -> Result<(Service, String), Error> {
    let ports = Ports::bind(conf).await?;
    let collector = match conf.flow.enabled {
        true => Some(FlowCollector::start(conf, transport).await?),
        false => None,
    };
    let api = Api::load(conf, ports, store, transport)?.serve();
    let mut greeting = format!("The API is up: compute {}", api.compute_endpoint);
    if let Some(identity) = &api.neighbours.identity {
        greeting += &format!(", identity {identity}");
    }
    greeting += &format!(", image {}", api.neighbours.image);
    if let Some(collector) = &collector {
        greeting += &format!(", flows {}", collector.endpoint());
    }
    Ok((Service::Api(Box::new(api), collector), greeting + "."))
}
