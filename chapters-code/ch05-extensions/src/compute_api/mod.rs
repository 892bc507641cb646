//! What the API does before anybody else hears of it (`nova/compute/api.py` `API`).
//!
//! Checks, parameters, preparation, in the seed's words: whatever can be refused at once is
//! refused here, with a message; what remains is written down as a row and handed on.

mod aggregate;
mod begin;
mod compute_node;
mod consoles;
mod create;
mod crypto;
mod delete;
mod error;
mod flavor_error;
mod flavors;
mod host;
mod instance_actions;
mod keypair_error;
mod keypairs;
mod life;
mod lock;
mod metadata;
mod precondition;
mod quota;
mod rebuild;
mod requests;
mod resize;
mod search;
mod server_group;
mod service;
mod snapshot;
mod states;
mod system_metadata;
mod tags;
mod update;
mod usage_window;

pub use aggregate::{AggregateAPI, AggregateError, AggregateNotes};
pub use error::ComputeApiError;
pub use flavor_error::FlavorError;
pub use flavors::Flavors;
pub use host::{HostAPI, HostError, INTERNAL_SERVICE_AVAILABILITY_ZONE, Zones};
pub use keypair_error::KeypairError;
pub use keypairs::{KeypairAPI, KeypairType, NewKeyPair};
pub use precondition::Precondition;
pub use quota::{
    Amounts, Limits, Owner, QuotaEngine, QuotaError, QuotaOptions, QuotaResource, RESOURCES,
};
pub use requests::{CreateRequest, InjectedFile, RebuildRequest, ResizeRequest, UpdateRequest};
pub use search::{Filter, SearchOpts};
pub use server_group::ServerGroupAPI;
pub use states::Action;
pub use tags::MAX_TAG_COUNT;

use nova_objects::{
    ComputeRpc, DateTime, ImageApi, Instance, InstanceAction, InstanceFault, NovaObject, Plugs,
    Query, RequestContext, SchedulerRpc, Service, Store, StoreError, Tracked, Unplugged,
};
use std::sync::Arc;

/// The compute API: everything that can be done to instances, behind whatever HTTP looks like.
#[derive(Clone)]
pub struct API {
    store: Arc<dyn Store>,
    scheduler_rpcapi: Arc<dyn SchedulerRpc>,
    compute_rpcapi: Arc<dyn ComputeRpc>,
    image_api: Arc<dyn ImageApi>,
    host_api: HostAPI,
    flavors: Flavors,
    quota: QuotaEngine,
    options: Options,
}

/// The options of `nova.conf` that the compute API heeds.
#[derive(Clone, Debug)]
pub struct Options {
    /// `[DEFAULT] allow_resize_to_same_host`: may an instance change its size on the host that it
    /// is on?
    pub allow_resize_to_same_host: bool,
    /// `[DEFAULT] default_availability_zone`: the zone of hosts whose aggregates name none.
    pub default_availability_zone: String,
    /// `[DEFAULT] service_down_time`: after how many seconds of silence a service counts as dead.
    pub service_down_time: f64,
    /// `[DEFAULT] multi_instance_display_name_template`, for requests of more than one server;
    /// `%(name)s` and `%(count)d` stand for the name asked for and the server's number.
    pub multi_instance_display_name_template: String,
    /// `[DEFAULT] reclaim_instance_interval`: for how many seconds a deleted instance can be
    /// restored; 0: it cannot.
    pub reclaim_instance_interval: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            allow_resize_to_same_host: false,
            default_availability_zone: "nova".into(),
            service_down_time: 60.0,
            multi_instance_display_name_template: "%(name)s-%(count)d".into(),
            reclaim_instance_interval: 0,
        }
    }
}

impl API {
    /// The compute API over what is plugged in: a [`Store`] and the three sockets.
    ///
    /// # Errors
    ///
    /// One of them is not plugged in.
    pub fn new(plugs: &Plugs) -> Result<Self, Unplugged> {
        Ok(Self {
            store: plugs.get()?,
            scheduler_rpcapi: plugs.get()?,
            compute_rpcapi: plugs.get()?,
            image_api: plugs.get()?,
            host_api: HostAPI::new(plugs)?,
            flavors: Flavors::new(plugs)?,
            quota: QuotaEngine::new(plugs)?,
            options: plugs.get_or_default(),
        })
    }

    /// What last went wrong with `instance`, if anything did.
    ///
    /// # Errors
    ///
    /// The store is out of reach.
    pub async fn get_fault(
        &self,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<Option<Tracked<InstanceFault>>, StoreError> {
        let of_instance = Query::all().with("instance_uuid", instance.uuid.as_str());
        InstanceFault::find(&*self.store, context, of_instance.descending("id")).await
    }

    async fn record_action_start(
        &self,
        context: &RequestContext,
        instance: &Instance,
        action: &str,
    ) -> Result<Tracked<InstanceAction>, StoreError> {
        InstanceAction::start(context, instance, action).create(&*self.store, context).await
    }

    async fn service_is_up(
        &self,
        context: &RequestContext,
        host: &str,
    ) -> Result<bool, StoreError> {
        let compute = Query::all().with("host", host).with("binary", "nova-compute");
        let service = Service::find(&*self.store, context, compute).await?;
        let down_time = self.options.service_down_time;
        Ok(service.is_some_and(|service| service.is_up(DateTime::now(), down_time)))
    }
}

/// Who has `instance`, and so the quota that it counts against, whoever asks.
fn owner_of(context: &RequestContext, instance: &Instance) -> RequestContext {
    RequestContext {
        project_id: Some(instance.project_id.clone()),
        user_id: Some(instance.user_id.clone()),
        ..context.elevated()
    }
}
