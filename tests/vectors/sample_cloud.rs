//! The cloud that the samples show: what is in it, and how it is asked.

use crate::{
    running_cloud::{
        CREATED_BY, GROUP, IMAGE, KEYPAIR, RESCUED, SERVER, belongings, image, infrastructure,
    },
    sockets::Sockets,
    wsgi::{Failure, request},
};
use http::StatusCode;
use http_body_util::BodyExt;
use mini_nova::{Conf, Neighbours, wiring};
use nova_objects::{ComputeRpc, ImageApi, MemoryStore, SchedulerRpc, Store};
use nova_paste::{App, PasteConfig, body};
use nova_rpc::{MemoryTransport, Transport};
use serde_json::json;
use std::sync::Arc;

/// The administrator's project.
const PROJECT: &str = "6f70656e737461636b20342065766572";

/// What requests call these.
const NAMES: [(&str, &str); 7] = [
    ("{server}", SERVER),
    ("{rescued}", RESCUED),
    ("{image}", IMAGE),
    ("{group}", GROUP),
    ("{keypair}", KEYPAIR),
    ("{request}", CREATED_BY),
    ("{project}", PROJECT),
];

/// The API over the rows of the cloud.
pub(crate) struct SampleCloud(App);

impl SampleCloud {
    /// The cloud, as nobody has touched it yet.
    pub(crate) async fn new() -> Result<Self, Failure> {
        let store = Arc::new(MemoryStore::default());
        infrastructure(&*store).await?;
        belongings(&*store, "admin", PROJECT).await?;
        let sockets = Arc::new(Sockets::new(vec![image()?]));
        let mut conf = Conf::default();
        conf.pipeline.auth_strategy = "noauth2".to_owned();
        let (rows, transport): (Arc<dyn Store>, Arc<dyn Transport>) =
            (store, Arc::new(MemoryTransport::default()));
        let plugs = wiring::api_plugs(&conf, &rows, &transport, &Neighbours::default())?
            .plug::<Arc<dyn SchedulerRpc>>(sockets.clone())
            .plug::<Arc<dyn ComputeRpc>>(sockets.clone())
            .plug::<Arc<dyn ImageApi>>(sockets);
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/etc/api-paste.mitaka.ini");
        let registry = conf.installed.registry(plugs);
        let (app, _) = PasteConfig::read(file)?.loader(&registry).load_app("osapi_compute")?;
        Ok(Self(app))
    }

    /// What an administrator is answered who asks `line`, a method and a URL, with `wish` as body.
    pub(crate) async fn ask(
        &self,
        line: &str,
        wish: &str,
        version: &str,
    ) -> Result<(StatusCode, String), Failure> {
        let [line, wish] = [line, wish].map(named);
        let (method, path) = line.split_once(' ').ok_or("a request has a method and a URL")?;
        let mut headers = json!({
            "X-Auth-Token": format!("admin:{PROJECT}"),
            "Content-Type": "application/json",
        });
        if version != "2.1" {
            headers["X-OpenStack-Nova-API-Version"] = version.into();
        }
        let case = json!({ "method": method, "path": path, "headers": headers });
        let response = self.0.call(request(&case, body(wish))?).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(bytes.to_vec())?))
    }
}

fn named(text: &str) -> String {
    NAMES.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
}
