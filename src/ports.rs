//! The ports of the house, taken before anything behind them is made: each service is told where
//! the others answer, and who finds a port taken has started nothing yet.

use crate::{
    Conf, Error,
    conf::Endpoint,
    http_service::{Listening, Role},
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

const API: Role = Role { service: "the compute API", lane: "api", option: "--port" };
const IDENTITY: Role =
    Role { service: "the identity service", lane: "keystone", option: "--identity-port" };
const IMAGE: Role = Role { service: "the image service", lane: "glance", option: "--image-port" };

/// Where the neighbours answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The identity service: `http://127.0.0.1:5000/v3`. `None`: nobody is asked.
    pub identity: Option<String>,
    /// The image service: `http://127.0.0.1:9292`.
    pub image: String,
}

/// The port of the API, and the ports of those neighbours that are built in and needed.
pub(crate) struct Ports {
    pub(crate) api: Listening,
    pub(crate) identity: Option<Listening>,
    pub(crate) image: Option<Listening>,
}

impl Ports {
    /// Takes them.
    pub(crate) async fn bind(conf: &Conf) -> Result<Self, Error> {
        warn_of_unreachable(conf);
        let listen = async |role, port| {
            Listening::bind(role, SocketAddr::new(conf.osapi_compute_listen, port)).await
        };
        let api = listen(API, conf.osapi_compute_listen_port).await?;
        let identity = match conf.keystone_authtoken.auth_url {
            None if asks_keystone(conf) => Some(listen(IDENTITY, conf.identity_port).await?),
            _ => None,
        };
        let image = match conf.api_servers.first() {
            None => Some(listen(IMAGE, conf.image_port).await?),
            Some(_) => None,
        };
        Ok(Self { api, identity, image })
    }

    /// Where the API answers: `http://127.0.0.1:8774/v2.1`.
    pub(crate) fn compute_endpoint(&self, conf: &Conf) -> String {
        format!("{}/v2.1", self.api.endpoint_for_others(&conf.compute.my_ip))
    }

    /// Where the neighbours answer, be they built in or others.
    pub(crate) fn neighbours(&self, conf: &Conf) -> Neighbours {
        let endpoint = |port: &Listening| port.endpoint_for_others(&conf.compute.my_ip);
        let identity = self.identity.as_ref().map(|port| format!("{}/v3", endpoint(port)));
        let image = self.image.as_ref().map(endpoint);
        let elsewhere = conf.keystone_authtoken.auth_url.as_ref().filter(|_| asks_keystone(conf));
        let elsewhere = elsewhere.map(|Endpoint(url)| url.clone());
        Neighbours {
            identity: identity.or(elsewhere),
            image: image
                .or_else(|| conf.api_servers.first().map(|it| it.0.clone()))
                .unwrap_or_default(),
        }
    }
}

/// Who listens for clients on other machines should not send them to their own.
fn warn_of_unreachable(conf: &Conf) {
    let (listen, my_ip) = (conf.osapi_compute_listen, &conf.compute.my_ip);
    let is_loopback = my_ip.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    if listen.is_unspecified() && is_loopback {
        tracing::warn!(
            "listening on {listen}, but clients are told that the services are at {my_ip}; [DEFAULT] \
             my_ip says where others reach this machine"
        );
    }
}

/// The image service, for a process that serves none.
pub(crate) fn image_endpoint(conf: &Conf) -> String {
    let built_in =
        || format!("http://{}", SocketAddr::new(conf.osapi_compute_listen, conf.image_port));
    conf.api_servers.first().map_or_else(built_in, |it| it.0.clone())
}

/// Does the pipeline ask an identity service?
pub(crate) fn asks_keystone(conf: &Conf) -> bool {
    conf.pipeline.auth_strategy == "keystone"
}

/// Where a port of the API process is, for who is on the same machine.
pub(crate) fn local_endpoint(conf: &Conf, port: u16) -> String {
    let listen = conf.osapi_compute_listen;
    let ip = if listen.is_unspecified() { IpAddr::from(Ipv4Addr::LOCALHOST) } else { listen };
    format!("http://{}", SocketAddr::new(ip, port))
}
