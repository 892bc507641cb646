//! What administrators ask of hosts, and everybody of zones (`nova/compute/api.py` `HostAPI`,
//! `nova/availability_zones.py`).

use super::Options;
use nova_objects::{
    Aggregate, ComputeRpc, DateTime, NovaException, NovaObject, Plugs, Query, RemoteError,
    RequestContext, Service, Store, StoreError, Unplugged,
};
use std::{borrow::Cow, collections::HashMap, sync::Arc};

/// The hosts, their services, and the zones that they are in.
#[derive(Clone)]
pub struct HostAPI {
    pub(super) store: Arc<dyn Store>,
    pub(super) compute_rpcapi: Arc<dyn ComputeRpc>,
    options: Options,
}

/// The zone of all other services (`internal_service_availability_zone`).
pub const INTERNAL_SERVICE_AVAILABILITY_ZONE: &str = "internal";

impl HostAPI {
    /// The hosts whose rows are in the plugged store, reached by the plugged socket.
    ///
    /// # Errors
    ///
    /// One of them is not plugged in.
    pub fn new(plugs: &Plugs) -> Result<Self, Unplugged> {
        let options = plugs.get_or_default();
        Ok(Self { store: plugs.get()?, compute_rpcapi: plugs.get()?, options })
    }

    /// Which host is in which zone.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn zones(&self, context: &RequestContext) -> Result<Zones, StoreError> {
        let aggregates = Aggregate::list(&*self.store, context, Query::all()).await?;
        let zone_of_hosts = aggregates.iter().filter_map(|aggregate| {
            let zone = aggregate.availability_zone()?;
            Some(aggregate.hosts.iter().map(move |host| (host.clone(), zone.to_owned())))
        });
        let default = self.options.default_availability_zone.clone();
        Ok(Zones { of_hosts: zone_of_hosts.flatten().collect(), default })
    }

    pub(super) fn service_down_time(&self) -> f64 {
        self.options.service_down_time
    }

    /// For each host with a compute service: `UP`, `UNKNOWN` if it has not reported for long,
    /// `MAINTENANCE` if an administrator took it out of service, and `DOWN` if one said that it
    /// is (`get_instances_host_statuses`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn host_status(
        &self,
        context: &RequestContext,
    ) -> Result<HashMap<String, &'static str>, StoreError> {
        let computes = Query::all().with("binary", "nova-compute");
        let services = Service::list(&*self.store, context, computes).await?;
        let now = DateTime::now();
        let status = |service: &Service| match service {
            _ if service.forced_down => "DOWN",
            _ if service.disabled => "MAINTENANCE",
            _ if service.is_up(now, self.options.service_down_time) => "UP",
            _ => "UNKNOWN",
        };
        Ok(services.iter().map(|service| (service.host.clone(), status(service))).collect())
    }
}

/// Why something cannot be asked of a host, or said of it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum HostError {
    /// There is no compute service on a host of that name.
    #[error("Compute host {0} could not be found.")]
    ComputeHostNotFound(String),
    /// There is no such service on the host.
    #[error("Could not find binary {binary} on host {host}.")]
    HostBinaryNotFound {
        /// The host.
        host: String,
        /// The service.
        binary: String,
    },
    /// The host would have to answer, and is down.
    #[error("Compute service of {0} is unavailable at this time.")]
    ComputeServiceUnavailable(String),
    /// The rows could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The host does not answer, or not as hoped.
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl NovaException for HostError {
    fn class(&self) -> Cow<'_, str> {
        match self {
            Self::ComputeHostNotFound(_) => "ComputeHostNotFound".into(),
            Self::HostBinaryNotFound { .. } => "HostBinaryNotFound".into(),
            Self::ComputeServiceUnavailable(_) => "ComputeServiceUnavailable".into(),
            Self::Store(error) => error.class(),
            Self::Remote(error) => error.class(),
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::ComputeHostNotFound(_) | Self::HostBinaryNotFound { .. } => 404,
            Self::ComputeServiceUnavailable(_) => 400,
            Self::Store(error) => error.code(),
            Self::Remote(error) => error.code(),
        }
    }
}

/// Which host is in which zone, as aggregates have it.
#[derive(Clone, Debug, Default)]
pub struct Zones {
    of_hosts: HashMap<String, String>,
    /// Where a host is whose aggregates name no zone.
    default: String,
}

impl Zones {
    /// The zone that `host` is in.
    pub fn of(&self, host: &str) -> &str {
        self.of_hosts.get(host).map_or(&self.default, String::as_str)
    }

    /// The zone that `service` is in: only compute services are in one that users know.
    pub fn of_service(&self, service: &Service) -> &str {
        match service.topic.as_str() {
            "compute" => self.of(&service.host),
            _ => INTERNAL_SERVICE_AVAILABILITY_ZONE,
        }
    }

    /// Is there such a zone?
    pub fn are_there(&self, zone: &str) -> bool {
        zone == self.default || self.of_hosts.values().any(|known| known == zone)
    }
}
