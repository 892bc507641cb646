//! The finished files over HTTP, rebuilt when a source changes.
//!
//! A build is a [`Site`] in memory, swapped whole: a request sees one build or the next, never a
//! half-written one.

mod answer;
mod watch;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch as channel;
use tokio::task::JoinSet;

use crate::{Error, Site, Source, check};
use watch::Watched;

/// How long a client may take to send the head of a request.
const PATIENCE: Duration = Duration::from_secs(30);

/// One build: the files, and a number that the pages ask for to know when to reload.
#[derive(Debug, Clone)]
struct Build {
    site: Site,
    number: u128,
}

/// Serves the book in `root` on 127.0.0.1 until Ctrl-C. Port 0 takes a free one; the address is
/// printed. A book that cannot be built at all is an error at the start, and a message later.
pub fn run(root: &Path, port: u16) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    runtime.block_on(serve(root, port))
}

async fn serve(root: &Path, port: u16) -> Result<(), Error> {
    let server = Server::start(root, port).await?;
    println!("http://{}/ (Ctrl-C ends it)", server.address()?);
    tokio::select! {
        failed = server.run() => Err(failed),
        ctrl_c = tokio::signal::ctrl_c() => ctrl_c.map_err(Error::Runtime),
    }
}

/// A book that is built, and a port on which it is about to be served.
pub struct Server {
    listener: TcpListener,
    watched: Watched,
    first: Build,
}

impl Server {
    /// Builds the book in `root`, and listens on `port` of 127.0.0.1; port 0 takes a free one. Fails
    /// if the port cannot be had, or if the book cannot be built at all.
    pub async fn start(root: &Path, port: u16) -> Result<Self, Error> {
        let listener = listen(port).await?;
        let (watched, first) = Watched::build(root)?;
        Ok(Self { listener, watched, first })
    }

    /// Where it listens.
    pub fn address(&self) -> Result<SocketAddr, Error> {
        self.listener.local_addr().map_err(Error::Runtime)
    }

    /// Serves the book, and builds it anew when a source changes, until that fails for good.
    pub async fn run(self) -> Error {
        let Self { listener, mut watched, first } = self;
        let (builds, latest) = channel::channel(first);
        tokio::select! {
            never = accept(listener, latest) => match never {},
            failed = rebuild(&mut watched, &builds) => failed,
        }
    }
}

async fn rebuild(watched: &mut Watched, builds: &channel::Sender<Build>) -> Error {
    loop {
        match watched.next().await {
            Ok(build) => drop(builds.send_replace(build)),
            Err(failed) => return failed,
        }
    }
}

async fn listen(port: u16) -> Result<TcpListener, Error> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|reason| match reason.kind() {
        io::ErrorKind::AddrInUse => Error::PortTaken(address),
        _ => Error::Listen { address, reason },
    })
}

/// Takes connections for ever; they end with it, since the set owns them.
async fn accept(listener: TcpListener, latest: channel::Receiver<Build>) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(connections.spawn(answer_all(stream, latest.clone()))),
            // Out of descriptors, mostly: others end and give theirs back.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn answer_all(stream: TcpStream, latest: channel::Receiver<Build>) {
    let service = service_fn(|request| {
        let response = answer::answer(&request, &latest.borrow());
        std::future::ready(Ok::<_, Infallible>(response))
    });
    // A browser that hangs up is no event here.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Builds the book and tells its problems, which do not keep it from being shown.
fn build(root: &Path) -> Result<Build, Error> {
    let source = Source::load(root)?;
    let site = Site::build(&source)?;
    for problem in check(&source, &site) {
        eprintln!("{problem}");
    }
    let number = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    Ok(Build { site, number })
}
