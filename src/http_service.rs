//! An app and the port it is served on.

use crate::Error;
use nova_paste::{
    App,
    server::{HttpServer, Limits},
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::{sync::oneshot, task::JoinSet};

/// What a port is for.
#[derive(Clone, Copy)]
pub(crate) struct Role {
    /// The service, for people: `the compute API`.
    pub(crate) service: &'static str,
    /// The lane in which traces show it.
    pub(crate) lane: &'static str,
    /// The command line's option for another port.
    pub(crate) option: &'static str,
}

/// A port that listens. Who connects waits until an app is served.
pub(crate) struct Listening {
    server: HttpServer,
}

/// An app that is being served.
pub(crate) struct HttpService {
    stop: oneshot::Sender<()>,
    task: JoinSet<()>,
}

impl Listening {
    /// Listens on `address` for `role`.
    pub(crate) async fn bind(role: Role, address: SocketAddr) -> Result<Self, Error> {
        let Role { service, lane, option } = role;
        let server = HttpServer::bind(address, lane, Limits::default()).await;
        let server = server.map_err(|source| Error::Listen { service, option, address, source })?;
        Ok(Self { server })
    }

    /// Where to ask: on this machine, if it listens everywhere.
    pub(crate) fn endpoint(&self) -> String {
        let address = self.server.address();
        let everywhere = address.ip().is_unspecified();
        let ip = if everywhere { IpAddr::from(Ipv4Addr::LOCALHOST) } else { address.ip() };
        format!("http://{}", SocketAddr::new(ip, address.port()))
    }

    /// Answers with `app`.
    pub(crate) fn serve(self, app: App) -> HttpService {
        let (stop, stopped) = oneshot::channel();
        let mut task = JoinSet::new();
        task.spawn(self.server.serve(app, async {
            // Stopped, or forgotten: both are an end.
            let _ = stopped.await;
        }));
        HttpService { stop, task }
    }
}

impl HttpService {
    /// Takes no more requests, and finishes those in hand.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        self.task.join_all().await;
    }
}
