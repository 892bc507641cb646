//! What administrators ask of services, and say of them (`nova/compute/api.py` `HostAPI`).

use super::{HostAPI, HostError};
use nova_objects::{DateTime, NovaObject, Query, RequestContext, Service, StoreError, Tracked};

impl HostAPI {
    /// All services, as they came (`service_get_all`).
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn service_get_all(
        &self,
        context: &RequestContext,
    ) -> Result<Vec<Tracked<Service>>, StoreError> {
        Service::list(&*self.store, context, Query::all().ascending("id")).await
    }

    /// The compute service of a host (`service_get_by_compute_host`).
    ///
    /// # Errors
    ///
    /// There is none, or the store is out of reach.
    pub async fn service_get_by_compute_host(
        &self,
        context: &RequestContext,
        host: &str,
    ) -> Result<Tracked<Service>, HostError> {
        let compute = Query::all().with("host", host).with("binary", "nova-compute");
        let service = Service::find(&*self.store, context, compute).await?;
        service.ok_or_else(|| HostError::ComputeHostNotFound(host.to_owned()))
    }

    /// Has `service` reported lately (`servicegroup.API.service_is_up`)?
    pub fn service_is_up(&self, service: &Service) -> bool {
        service.is_up(DateTime::now(), self.service_down_time())
    }

    /// Changes what administrators say of a service (`service_update`).
    ///
    /// # Errors
    ///
    /// There is no such service, or the store is out of reach.
    pub async fn service_update(
        &self,
        context: &RequestContext,
        host: &str,
        binary: &str,
        change: impl FnOnce(&mut Service) + Send,
    ) -> Result<(), HostError> {
        let named = Query::all().with("host", host).with("binary", binary);
        let Some(mut service) = Service::find(&*self.store, context, named).await? else {
            let (host, binary) = (host.to_owned(), binary.to_owned());
            return Err(HostError::HostBinaryNotFound { host, binary });
        };
        change(&mut service);
        Ok(service.save(&*self.store, context).await?)
    }

    /// Forgets a service (`service_delete`). One that lives reports again, and is back.
    ///
    /// # Errors
    ///
    /// There is none of that number, or the store is out of reach.
    pub async fn service_delete(
        &self,
        context: &RequestContext,
        id: &str,
    ) -> Result<(), StoreError> {
        let service = Service::get(&*self.store, context, id).await?;
        service.destroy(&*self.store, context).await
    }
}
