//! A cloud on hosts of one's choice, somebody in front of it, and a way to its rows.

use http::Request;
use mini_nova::{Cloud, Conf};
use nova_compute::{FakeDriver, Hypervisor, Resources};
use nova_conductor::Db;
use nova_neighbours::{RestClient, glance::CIRROS};
use nova_objects::RequestContext;
use serde_json::{Value, json};
use std::{error::Error, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::time::sleep;

pub(crate) type Failed = Box<dyn Error>;

/// What was answered.
pub(crate) struct Said {
    pub(crate) request_id: String,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// The request that a story is about, how it was answered, and how it ended.
pub(crate) struct Told {
    pub(crate) request_id: String,
    pub(crate) status: u16,
    pub(crate) end: String,
}

/// What is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) flavor: &'static str,
    pub(crate) image: &'static str,
    pub(crate) count: u8,
}

/// One server of 512 MiB.
pub(crate) const TINY: Wish = Wish { flavor: "1", image: CIRROS, count: 1 };

/// What has become of a server.
fn end(server: &Value) -> String {
    let status = server["status"].as_str().unwrap_or_default();
    match server["fault"]["message"].as_str() {
        Some(fault) => format!("Server vm is in {status}: {fault}"),
        None => {
            let host = server["OS-EXT-SRV-ATTR:host"].as_str().unwrap_or("no host");
            format!("Server vm is {status} on {host}.")
        }
    }
}

pub(crate) struct House {
    cloud: Cloud,
    nova: RestClient,
    user: RequestContext,
    /// The rows, past all services.
    pub(crate) rows: Db,
    _folder: TempDir,
}

/// A hypervisor that only remembers, with so much memory, in MiB.
pub(crate) fn host(name: &str, memory_mb: i64) -> FakeDriver {
    FakeDriver::new(Resources { memory_mb, ..Resources::fake(name) })
}

impl House {
    /// A cloud with these hosts. A build may take a second.
    pub(crate) async fn of(hosts: Vec<(&str, FakeDriver)>) -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let mut conf = Conf { instance_build_timeout: Duration::from_secs(1), ..Conf::default() };
        conf.pipeline.auth_strategy = "noauth2".into();
        conf.keep_state_in(folder.path())?;
        let rows = conf.connection.clone();
        let hypervisors = hosts.into_iter().map(|(name, driver)| {
            (name.to_owned(), Hypervisor::new("FakeDriver", Arc::new(driver)))
        });
        let cloud = Cloud::builder(conf).free_ports().hypervisors(hypervisors.collect());
        let cloud = cloud.start().await?;
        let rows = Db::open(rows.expose()).await?;
        let token = "admin:00000000000000000000000000000001";
        let user = RequestContext { auth_token: Some(token.into()), ..RequestContext::default() };
        let nova = RestClient::new("nova", cloud.compute_endpoint());
        Ok(Self { cloud, nova, user, rows, _folder: folder })
    }

    /// Asks.
    pub(crate) async fn ask(&self, path: &str, body: Option<&Value>) -> Result<Said, Failed> {
        let method = if body.is_some() { "POST" } else { "GET" };
        let request = Request::builder().method(method).uri(path);
        let answer = self.nova.send(&self.user, request, body).await?;
        let request_id = answer.headers["x-compute-request-id"].to_str()?.to_owned();
        Ok(Said {
            request_id,
            status: answer.status.as_u16(),
            body: serde_json::from_slice(&answer.body)?,
        })
    }

    /// Asks for `count` servers, and waits until the first is no longer in BUILD.
    pub(crate) async fn boot(&self, wish: &Wish) -> Result<Told, Failed> {
        let server = json!({
            "name": "vm",
            "flavorRef": wish.flavor,
            "imageRef": wish.image,
            "min_count": wish.count,
        });
        let said = self.ask("/servers", Some(&json!({ "server": server }))).await?;
        let told = |end| Told { request_id: said.request_id.clone(), status: said.status, end };
        let Some(id) = said.body["server"]["id"].as_str() else {
            let refusal = said.body.as_object().and_then(|all| all.values().next());
            let message = refusal.and_then(|fault| fault["message"].as_str()).unwrap_or_default();
            return Ok(told(format!("No server: {message}")));
        };
        loop {
            let shown = self.ask(&format!("/servers/{id}"), None).await?;
            if shown.body["server"]["status"] != "BUILD" {
                return Ok(told(end(&shown.body["server"])));
            }
            sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn stop(self) {
        self.rows.close().await;
        self.cloud.stop().await;
    }
}
