//! An app and the port it is served on.

use crate::Error;
use nova_paste::{
    App,
    server::{HttpServer, Limits},
};
use std::net::SocketAddr;
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

    /// Where to ask, for who is on this machine.
    pub(crate) fn endpoint(&self) -> String {
        self.endpoint_for_others("127.0.0.1")
    }

    /// Where to ask: at `my_ip`, the name or address of this machine, if it listens everywhere.
    pub(crate) fn endpoint_for_others(&self, my_ip: &str) -> String {
        url(self.server.address(), my_ip)
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

/// The URL of `address`; if that is everywhere, of its port at `my_ip`.
fn url(address: SocketAddr, my_ip: &str) -> String {
    let (ip, port) = (address.ip(), address.port());
    if !ip.is_unspecified() {
        return format!("http://{address}");
    }
    match my_ip.parse() {
        Ok(my_ip) => format!("http://{}", SocketAddr::new(my_ip, port)),
        Err(_) => format!("http://{my_ip}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn who_listens_everywhere_is_reached_at_my_ip() {
        for (address, my_ip, told) in [
            ("127.0.0.1:1", "10.0.0.7", "http://127.0.0.1:1"),
            ("0.0.0.0:1", "10.0.0.7", "http://10.0.0.7:1"),
            ("[::]:1", "fe80::7", "http://[fe80::7]:1"),
            ("0.0.0.0:1", "cloud.example.org", "http://cloud.example.org:1"),
        ] {
            assert_eq!(url(address.parse().unwrap(), my_ip), told);
        }
    }
}
