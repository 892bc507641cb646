//! The server that comes with the house: connections in, requests out (`nova/wsgi.py` `Server`).

use crate::{App, edge::Edge, requests::Requests, slow_body::Patience};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulConnection, GracefulShutdown},
};
use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;

/// How much patience a server has.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a client may take to send a request's head.
    pub header_read_timeout: Duration,
    /// How long a client may be silent while it sends a body.
    pub body_read_timeout: Duration,
    /// How many bytes of a body a client has to send in a second, on the whole: a byte now and
    /// then would else keep a connection for ever.
    pub body_min_rate: u32,
    /// How long a client may leave an answer unread.
    pub write_timeout: Duration,
    /// How many connections are served at a time; further ones wait to be accepted.
    pub max_connections: usize,
    /// How long requests in hand may take once the server is to stop.
    pub graceful_shutdown_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read_timeout: Duration::from_secs(10),
            body_read_timeout: Duration::from_secs(10),
            body_min_rate: 500,
            write_timeout: Duration::from_secs(30),
            max_connections: 1000,
            graceful_shutdown_timeout: Duration::from_secs(5),
        }
    }
}

/// How long a client has at shutdown to read the last answer.
const TO_READ: Duration = Duration::from_millis(500);

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
        let requests = Requests::default();
        let edge = Arc::new(Edge {
            app,
            lane: self.lane.to_string(),
            address: self.address,
            patience: Patience {
                silence: self.limits.body_read_timeout,
                min_rate: self.limits.body_min_rate,
            },
            requests: requests.clone(),
        });
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(self.limits.max_connections));
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                accepted = accept(&self.listener, &room) => accepted,
                Some(_) = connections.join_next() => continue,
                () = &mut shutdown => break,
            };
            match accepted {
                Ok((stream, peer, permit)) => {
                    let connection =
                        graceful.watch(self.connection(stream, peer, &edge, &requests));
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
        let finish = finish(graceful, &requests);
        if timeout(self.limits.graceful_shutdown_timeout, finish).await.is_err() {
            tracing::warn!(lane = %self.lane, "requests were still in hand at shutdown");
        }
        requests.cut().await;
        connections.shutdown().await;
    }

    fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        edge: &Arc<Edge>,
        requests: &Requests,
    ) -> impl GracefulConnection<Error = hyper::Error> + Send + 'static {
        let (edge, requests) = (Arc::clone(edge), requests.clone());
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let answered = requests.run(Arc::clone(&edge).answer(peer, request));
            async move { Ok::<_, Infallible>(answered.await) }
        });
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.limits.write_timeout));
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header_read_timeout)
            .serve_connection(TokioIo::new(Box::pin(stream)), service)
    }
}

/// Lets the requests in hand come to their end, and their answers be read.
async fn finish(graceful: GracefulShutdown, requests: &Requests) {
    // From here on no connection takes another request.
    let mut closed = pin!(graceful.shutdown());
    tokio::select! {
        biased;
        () = &mut closed => return,
        () = requests.finish() => {}
    }
    // Who has sent half a head is not waited for.
    let _ = timeout(TO_READ, closed).await;
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, permit))
}
