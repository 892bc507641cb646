//! The API over rows in memory, with sockets that remember what went out.

use crate::{Failure, sockets::Sockets};
use nova_extensions::{ApiRouterV21, Extensions, OsapiV21, Policy};
use nova_objects::{
    ComputeRpc, DateTime, Flavor, ImageApi, ImageMeta, Instance, MemoryStore, NovaObject, Plugs,
    RequestContext, SchedulerRpc, Service, Store,
};
use nova_paste::{App, PasteConfig, Registry};
use std::sync::Arc;

/// The image that there is.
pub(crate) const IMAGE: &str = "11111111-1111-1111-1111-111111111111";

/// The API, and what it stands on.
pub(crate) struct Api {
    pub(crate) app: App,
    /// What it is made of.
    pub(crate) router: ApiRouterV21,
    pub(crate) sockets: Arc<Sockets>,
    pub(crate) store: Arc<MemoryStore>,
}

impl Api {
    /// With these extensions, five flavors, an image, and a compute service on `host-1`.
    pub(crate) async fn new(extensions: Extensions, options: OsapiV21) -> Result<Self, Failure> {
        let (store, admin) = (Arc::new(MemoryStore::default()), RequestContext::admin());
        for flavor in Flavor::defaults() {
            flavor.create(&*store, &admin).await?;
        }
        let last_seen_up = Some(DateTime::now());
        let service = Service::new("host-1", "nova-compute", "compute");
        Service { last_seen_up, ..service }.create(&*store, &admin).await?;
        let status = "active".into();
        let image = ImageMeta { id: IMAGE.into(), status, ..ImageMeta::default() };
        let sockets = Arc::new(Sockets::new(vec![image]));
        let plugs = Plugs::default()
            .plug::<Arc<dyn Store>>(store.clone())
            .plug::<Arc<dyn SchedulerRpc>>(sockets.clone())
            .plug::<Arc<dyn ComputeRpc>>(sockets.clone())
            .plug::<Arc<dyn ImageApi>>(sockets.clone())
            .plug(Policy::default())
            .plug(options)
            .plug(extensions);
        let router = ApiRouterV21::new(&plugs)?;
        let registry = Registry::new(plugs)
            .install("nova", nova_pipeline::ENTRY_POINTS)
            .install("nova", nova_extensions::ENTRY_POINTS);
        let config = PasteConfig::parse("api.ini", include_str!("api.ini"))?;
        let (app, _) = config.loader(&registry).load_app("api")?;
        Ok(Self { app, router, sockets, store })
    }

    /// What `host-1` writes down when it has done what it was told.
    pub(crate) async fn compute_is_done(&self, uuid: &str, vm_state: &str) -> Result<(), Failure> {
        let admin = RequestContext::admin();
        let mut instance = Instance::get(&*self.store, &admin, uuid).await?;
        instance.host = Some("host-1".into());
        instance.launched_at = instance.launched_at.or(Some(DateTime::now()));
        instance.vm_state = serde_json::from_value(vm_state.into())?;
        instance.task_state = None;
        Ok(instance.save(&*self.store, &admin).await?)
    }
}
