//! The same constant, behind nothing, behind our server, and behind the filters.

use crate::client::BODY;
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use nova_objects::{DateTime, Plugs, RemoteError, RequestContext, Secret};
use nova_paste::{
    App, EntryPoint, PasteConfig, PasteError, Registry, Response, app_fn, body,
    server::{HttpServer, Limits},
};
use nova_pipeline::{
    ENTRY_POINTS, Options,
    authtoken::identity::{AccessInfo, CatalogService, Endpoint, Named, Owned, TokenValidator},
};
use nova_traces::{FlowLayer, Flows};
use std::{
    convert::Infallible,
    error::Error,
    net::SocketAddr,
    sync::{Arc, mpsc},
    thread::JoinHandle,
};
use tokio::{net::TcpListener, sync::oneshot};
use tracing_subscriber::prelude::*;

/// What stands in front of the constant.
#[derive(Clone, Copy)]
pub(crate) enum Pipeline {
    /// Nothing but hyper.
    Hyper,
    /// Our server.
    None,
    /// Our server, and the filters of `noauth2`.
    NoAuth2,
    /// Our server, and the filters of `keystone`, with a token that is remembered.
    Keystone,
}

/// The lines of `etc/api-paste.ini`, over a constant app.
const PASTE: &str = "
[composite:api]
use = call:nova.api.auth:pipeline_factory_v21
none = app
noauth2 = cors compute_req_id faultwrap sizelimit osprofiler noauth2 app
keystone = cors compute_req_id faultwrap sizelimit osprofiler authtoken keystonecontext app

[filter:cors]
paste.filter_factory = oslo_middleware.cors:filter_factory
[filter:compute_req_id]
paste.filter_factory = nova.api.compute_req_id:ComputeReqIdMiddleware.factory
[filter:faultwrap]
paste.filter_factory = nova.api.openstack:FaultWrapper.factory
[filter:sizelimit]
paste.filter_factory = oslo_middleware:RequestBodySizeLimiter.factory
[filter:osprofiler]
paste.filter_factory = nova.profiler:WsgiMiddleware.factory
[filter:noauth2]
paste.filter_factory = nova.api.openstack.auth:NoAuthMiddleware.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
[filter:keystonecontext]
paste.filter_factory = nova.api.auth:NovaKeystoneContext.factory
[app:app]
paste.app_factory = bench:app
";

/// A server on a thread of its own.
pub(crate) struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Starts one; with `flows`, somebody collects what it does.
    pub(crate) fn start(
        pipeline: Pipeline,
        flows: bool,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let app = app(pipeline)?;
        let (told, address) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::spawn(move || {
            let serving = serve(pipeline, app, told, stopped);
            let served = match flows {
                false => runtime.block_on(serving),
                true => {
                    let layer = FlowLayer::new(Flows::default());
                    let subscriber = tracing_subscriber::registry().with(layer);
                    tracing::subscriber::with_default(subscriber, || runtime.block_on(serving))
                }
            };
            if let Err(error) = served {
                eprintln!("{error}");
            }
        });
        Ok(Self { address: address.recv()?, stop, thread })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn stop(self) {
        drop(self.stop);
        // What it had to say it has said.
        let _ = self.thread.join();
        tracing::callsite::rebuild_interest_cache();
    }
}

async fn serve(
    pipeline: Pipeline,
    app: App,
    told: mpsc::Sender<SocketAddr>,
    stopped: oneshot::Receiver<()>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    if matches!(pipeline, Pipeline::Hyper) {
        let listener = TcpListener::bind(anywhere).await?;
        told.send(listener.local_addr()?)?;
        tokio::select! {
            served = bare_hyper(listener) => return served,
            _ = stopped => return Ok(()),
        }
    }
    let server = HttpServer::bind(anywhere, "api", Limits::default()).await?;
    told.send(server.address())?;
    server.serve(app, async { drop(stopped.await) }).await;
    Ok(())
}

async fn bare_hyper(listener: TcpListener) -> Result<(), Box<dyn Error + Send + Sync>> {
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service_fn(async |_request| {
            Ok::<_, Infallible>(http::Response::new(Full::new(Bytes::from_static(BODY.as_bytes()))))
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

fn app(pipeline: Pipeline) -> Result<App, PasteError> {
    let auth_strategy = match pipeline {
        Pipeline::Hyper | Pipeline::None => "none",
        Pipeline::NoAuth2 => "noauth2",
        Pipeline::Keystone => "keystone",
    };
    let constant = EntryPoint::app("bench:app", |_, _, _| {
        Ok(app_fn(async |_request| Ok(Response::new(body(BODY)))))
    });
    let validator: Arc<dyn TokenValidator> = Arc::new(Anybody);
    let plugs = Plugs::default()
        .plug(Options { auth_strategy: auth_strategy.into(), ..Options::default() })
        .plug(validator);
    let registry = Registry::new(plugs).install("nova", ENTRY_POINTS).install("bench", &[constant]);
    Ok(PasteConfig::parse("bench.ini", PASTE)?.loader(&registry).load_app("api")?.0)
}

/// An identity service to which every token is the same user's.
struct Anybody;

#[async_trait]
impl TokenValidator for Anybody {
    async fn validate(
        &self,
        _: &RequestContext,
        _: &Secret,
    ) -> Result<Option<AccessInfo>, RemoteError> {
        let named = |name: &str| Named { id: name.into(), name: name.into() };
        let owned = |name: &str| Owned { id: name.into(), name: name.into(), domain: named("d") };
        let expires_at = DateTime::now().plus_seconds(3600);
        let project = Some(owned("demo"));
        let roles = vec![named("member")];
        let endpoint = |interface: &str| Endpoint {
            id: interface.into(),
            interface: interface.into(),
            region: Some("RegionOne".into()),
            region_id: Some("RegionOne".into()),
            url: "http://127.0.0.1:8774/v2.1".into(),
        };
        let service = |kind: &str| CatalogService {
            id: kind.into(),
            kind: kind.into(),
            name: kind.into(),
            endpoints: ["public", "internal", "admin"].map(endpoint).into(),
        };
        let catalog = ["identity", "compute", "image"].map(service).into();
        let user = AccessInfo::unscoped(owned("demo"), expires_at);
        Ok(Some(AccessInfo { project, roles, catalog, ..user }))
    }
}
