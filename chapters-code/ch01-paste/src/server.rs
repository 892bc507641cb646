//! The edge: an HTTP connection becomes requests with an environ (`nova/wsgi.py` `Server`).

use crate::{App, Environ, Raised, Request, Response, body, wsgi_encode};
use futures_util::FutureExt;
use http::{StatusCode, header, request::Parts};
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulConnection, GracefulShutdown},
};
use nova_objects::{hop, hop::Kind};
use percent_encoding::percent_decode_str;
use std::{
    convert::Infallible, io, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{sleep, timeout},
};
use tracing::Instrument;

/// How much patience a server has.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a client may take to send a request's head.
    pub header_read_timeout: Duration,
    /// How many connections are served at a time; further ones wait to be accepted.
    pub max_connections: usize,
    /// How long requests in hand may take once the server is to stop.
    pub graceful_shutdown_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read_timeout: Duration::from_secs(10),
            max_connections: 1000,
            graceful_shutdown_timeout: Duration::from_secs(5),
        }
    }
}

/// A server that listens and does not answer yet.
pub struct HttpServer {
    listener: TcpListener,
    address: SocketAddr,
    lane: Arc<str>,
    limits: Limits,
}

impl HttpServer {
    /// Listens on `address`; port 0 stands for any free one. Traces will show what happens here
    /// in `lane`.
    ///
    /// # Errors
    ///
    /// The port is taken, or not ours to take.
    pub async fn bind(address: SocketAddr, lane: &str, limits: Limits) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, lane: lane.into(), limits })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers with `app` until `shutdown` comes; then takes no more connections, and gives the
    /// requests in hand their time.
    pub async fn serve(self, app: App, shutdown: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(self.limits.max_connections));
        let mut connections = JoinSet::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                accepted = accept(&self.listener, &room) => accepted,
                Some(_) = connections.join_next() => continue,
                () = &mut shutdown => break,
            };
            match accepted {
                Ok((stream, peer, permit)) => {
                    let connection = graceful.watch(self.connection(stream, peer, &app));
                    connections.spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::debug!(%error, "a connection ended badly");
                        }
                        drop(permit);
                    });
                }
                Err(error) => {
                    // Out of file descriptors, mostly: some will be given back soon.
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(self.listener);
        if timeout(self.limits.graceful_shutdown_timeout, graceful.shutdown()).await.is_err() {
            tracing::warn!(lane = %self.lane, "requests were still in hand at shutdown");
        }
        connections.shutdown().await;
    }

    fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        app: &App,
    ) -> impl GracefulConnection<Error = hyper::Error> + Send + 'static {
        let (app, lane, address) = (Arc::clone(app), Arc::clone(&self.lane), self.address);
        let service = service_fn(move |request: http::Request<Incoming>| {
            let (app, lane) = (Arc::clone(&app), Arc::clone(&lane));
            async move { Ok::<_, Infallible>(answer(&app, &lane, address, peer, request).await) }
        });
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header_read_timeout)
            .serve_connection(TokioIo::new(stream), service)
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, permit))
}

/// One request's way in and out. What no filter caught ends here, as a plain 500.
async fn answer(
    app: &App,
    lane: &str,
    address: SocketAddr,
    peer: SocketAddr,
    request: http::Request<Incoming>,
) -> Response {
    let request = with_environ(request, address, peer);
    let span = hop!(Kind::Http, format_args!("{} {}", request.method(), request.uri().path()));
    span.record("lane", lane);
    async {
        let response = match AssertUnwindSafe(app.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(raised)) => escaped(&raised),
            Err(_) => escaped(&Raised::new("Panic", "the app panicked")),
        };
        hop::outcome(response.status().as_u16());
        response
    }
    .instrument(span)
    .await
}

fn escaped(raised: &Raised) -> Response {
    tracing::error!(%raised, "an exception escaped every filter");
    let mut response = Response::new(body("Internal Server Error"));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    let plain = header::HeaderValue::from_static("text/plain");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}

fn with_environ(
    request: http::Request<Incoming>,
    address: SocketAddr,
    peer: SocketAddr,
) -> Request {
    let (mut parts, incoming) = request.into_parts();
    let environ = environ(&parts, address, peer);
    parts.extensions.insert(environ);
    Request::from_parts(parts, incoming.map_err(Into::into).boxed())
}

fn environ(parts: &Parts, address: SocketAddr, peer: SocketAddr) -> Environ {
    let named = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let path: Vec<u8> = percent_decode_str(parts.uri.path()).collect();
    Environ {
        url_scheme: "http".into(),
        host: named.map_or_else(|| address.to_string(), str::to_owned),
        path_info: wsgi_encode(&path),
        query_string: parts.uri.query().unwrap_or_default().to_owned(),
        remote_addr: Some(peer.ip()),
        ..Environ::default()
    }
}
