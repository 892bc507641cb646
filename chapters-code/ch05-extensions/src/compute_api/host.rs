//! What administrators ask of hosts, and everybody of zones (`nova/compute/api.py` `HostAPI`,
//! `nova/availability_zones.py`).

use super::Options;
use nova_objects::{
    Aggregate, DateTime, NovaObject, Plugs, Query, RequestContext, Service, Store, StoreError,
    Unplugged,
};
use std::{collections::HashMap, sync::Arc};

/// The hosts, their services, and the zones that they are in.
#[derive(Clone)]
pub struct HostAPI {
    store: Arc<dyn Store>,
    options: Options,
}

/// The zone of every host whose aggregates name no other (`default_availability_zone`).
pub(super) const DEFAULT_AVAILABILITY_ZONE: &str = "nova";

impl HostAPI {
    /// The hosts whose rows are in the plugged store.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn new(plugs: &Plugs) -> Result<Self, Unplugged> {
        Ok(Self { store: plugs.get()?, options: plugs.get_or_default() })
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
        Ok(Zones { of_hosts: zone_of_hosts.flatten().collect() })
    }

    /// For each host with a compute service: `UP`, `DOWN`, or `MAINTENANCE` if an administrator
    /// took it out of service.
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
            _ if !service.is_up(now, self.options.service_down_time) => "DOWN",
            _ if service.disabled => "MAINTENANCE",
            _ => "UP",
        };
        Ok(services.iter().map(|service| (service.host.clone(), status(service))).collect())
    }
}

/// Which host is in which zone, as aggregates have it.
#[derive(Clone, Debug, Default)]
pub struct Zones {
    of_hosts: HashMap<String, String>,
}

impl Zones {
    /// The zone that `host` is in.
    pub fn of(&self, host: &str) -> &str {
        self.of_hosts.get(host).map_or(DEFAULT_AVAILABILITY_ZONE, String::as_str)
    }

    /// Is there such a zone?
    pub fn are_there(&self, zone: &str) -> bool {
        zone == DEFAULT_AVAILABILITY_ZONE || self.of_hosts.values().any(|known| known == zone)
    }
}
