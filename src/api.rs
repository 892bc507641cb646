//! The API and those neighbours that are built in (`nova/cmd/api.py`).

use crate::{
    Conf, Error,
    http_service::HttpService,
    ports::{Neighbours, Ports},
    wiring,
};
use nova_neighbours::keystone::{Credentials, Identities};
use nova_objects::Store;
use nova_paste::App;
use nova_rpc::Transport;
use std::sync::Arc;

/// The API, loaded, on a port on which nobody is answered yet.
pub(crate) struct Api {
    app: App,
    port: crate::http_service::Listening,
    served: ServedApi,
}

/// The API as it is served, and where.
pub(crate) struct ServedApi {
    services: Vec<HttpService>,
    pub(crate) compute_endpoint: String,
    pub(crate) neighbours: Neighbours,
    pub(crate) administrator: Option<Credentials>,
}

impl Api {
    /// Loads it, and serves the neighbours.
    pub(crate) fn load(
        conf: &Conf,
        ports: Ports,
        store: &Arc<dyn Store>,
        transport: &Arc<dyn Transport>,
    ) -> Result<Self, Error> {
        let (compute_endpoint, neighbours) = (ports.compute_endpoint(conf), ports.neighbours(conf));
        let plugs = wiring::api_plugs(conf, store, transport, &neighbours)?;
        let (app, _) = wiring::compute_app(conf, plugs)?;
        let identities = match ports.identity {
            Some(_) => Some(wiring::identities(conf)?),
            None => None,
        };
        let administrator = identities.as_ref().and_then(Identities::administrator);
        let mut services = Vec::new();
        if let Some((port, identities)) = ports.identity.zip(identities) {
            let app = wiring::keystone(conf, identities, &neighbours, &compute_endpoint)?;
            services.push(port.serve(app));
        }
        if let Some(port) = ports.image {
            services.push(port.serve(wiring::glance(conf, &neighbours)?));
        }
        let served = ServedApi { services, compute_endpoint, neighbours, administrator };
        Ok(Self { app, port: ports.api, served })
    }

    /// Answers from here on.
    pub(crate) fn serve(self) -> ServedApi {
        let Self { app, port, mut served } = self;
        served.services.insert(0, port.serve(app));
        served
    }
}

impl ServedApi {
    /// Takes no more requests, and finishes those in hand. The neighbours are given back: others
    /// may still have a question.
    pub(crate) async fn stop(self) -> Vec<HttpService> {
        let mut services = self.services.into_iter();
        if let Some(api) = services.next() {
            api.stop().await;
        }
        services.collect()
    }
}
