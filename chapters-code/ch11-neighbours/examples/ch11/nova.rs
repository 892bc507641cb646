//! As much of Nova as asks its neighbours: the filters of a pipeline, and an app behind them that
//! wants to know what an image is called.

use crate::{
    Failure,
    house::{Service, validator},
    log::Log,
};
use nova_neighbours::{GlanceClient, glance::CIRROS};
use nova_objects::{ImageApi, Plugs};
use nova_paste::{
    App, EntryPoint, Environ, PasteConfig, Raised, Registry, Request, Response, app_fn, body,
};
use nova_router::NoContext;

const INI: &str = "
[pipeline:nova]
pipeline = compute_req_id faultwrap authtoken keystonecontext image

[filter:compute_req_id]
paste.filter_factory = nova.api.compute_req_id:ComputeReqIdMiddleware.factory

[filter:faultwrap]
paste.filter_factory = nova.api.openstack:FaultWrapper.factory

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory

[filter:keystonecontext]
paste.filter_factory = nova.api.auth:NovaKeystoneContext.factory

[app:image]
paste.app_factory = ch11:image_factory
";

/// A Nova that asks the Keystone at `identity` and the Glance at `image`.
pub(crate) async fn nova(log: &Log, identity: &str, image: &str) -> Result<Service, Failure> {
    let glance = GlanceClient::new(image);
    let plugs = Plugs::default().plug(validator(identity, "nova")).plug(glance);
    let image = EntryPoint::app("ch11:image_factory", |loader, _, _| {
        let glance: GlanceClient = loader.plugs().get()?;
        Ok(app_fn(move |request| answer(glance.clone(), request)))
    });
    let registry = Registry::new(plugs).install("nova", nova_pipeline::ENTRY_POINTS);
    let registry = registry.install("ch11", std::slice::from_ref(&image));
    let app: App = PasteConfig::parse("ch11.ini", INI)?.loader(&registry).load_app("nova")?.0;
    Service::start("nova", |_| Ok(log.of("nova", app))).await
}

async fn answer(glance: GlanceClient, request: Request) -> Result<Response, Raised> {
    let context = Environ::of(&request).context.as_ref().ok_or(NoContext)?;
    let image = glance.get(context, CIRROS).await?;
    let name = image.and_then(|image| image.name).unwrap_or_default();
    Ok(Response::new(body(name)))
}
