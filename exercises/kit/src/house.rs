//! A whole cloud, with your piece in it.

use crate::Answer;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use mini_nova::{Cloud, Conf};
use nova_rpc::{RpcClient, Target};
use nova_traces::{Flow, FlowLayer, Flows, Style, only_hops, text::text};
use serde_json::{Value, json};
use std::{io::Write, sync::OnceLock, time::Duration};
use tempfile::NamedTempFile;
use tokio::time::{sleep, timeout};
use tracing_subscriber::prelude::*;

/// Who waits longer waits in vain.
const PATIENCE: Duration = Duration::from_secs(20);

const AGAIN: Duration = Duration::from_millis(10);

/// The administrator, as noauth2 believes it.
pub const ADMIN: &str = "admin:00000000000000000000000000000001";

/// The image that every cloud has.
const IMAGE: &str = "11111111-1111-1111-1111-111111111111";

/// A cloud in this process: API, scheduler, conductor, three hosts, and neighbours.
pub struct House {
    cloud: Cloud,
    http: Client<HttpConnector, Full<Bytes>>,
}

/// What became of a server that somebody asked for.
#[derive(Debug)]
pub struct Booted {
    /// The request that asked for it.
    pub request_id: String,
    /// The server, as `GET /servers/{id}` shows it.
    pub server: Value,
}

impl Booted {
    /// Where the server is; empty if it is nowhere.
    pub fn host(&self) -> &str {
        self.server["OS-EXT-SRV-ATTR:host"].as_str().unwrap_or_default()
    }
}

impl House {
    /// A cloud as `conf` has it, on free ports, that believes whoever asks. What its services see
    /// of requests is collected.
    ///
    /// # Panics
    ///
    /// It does not start; the message says why.
    pub async fn start(mut conf: Conf) -> Self {
        flows();
        conf.pipeline.auth_strategy = "noauth2".into();
        let cloud = Cloud::builder(conf).free_ports().start().await;
        let cloud = cloud.unwrap_or_else(|error| panic!("the cloud does not start: {error}"));
        Self { cloud, http: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// Asks `GET path`, where `path` is below `/v2.1`: `/servers`.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], None).await
    }

    /// Asks `POST path` with that document.
    pub async fn post(&self, path: &str, document: &Value) -> Answer {
        self.ask(Method::POST, path, &[], Some(document)).await
    }

    /// Asks anything, with these headers besides; `x-auth-token` among them is another person.
    ///
    /// # Panics
    ///
    /// Nobody answers.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        document: Option<&Value>,
    ) -> Answer {
        self.ask_url(&format!("{}{path}", self.cloud.compute_endpoint()), method, headers, document)
            .await
    }

    /// Asks for what is not below `/v2.1`: `path` begins at the port.
    ///
    /// # Panics
    ///
    /// Nobody answers.
    pub async fn ask_root(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let root = self.cloud.compute_endpoint().trim_end_matches("/v2.1");
        self.ask_url(&format!("{root}{path}"), method, headers, None).await
    }

    async fn ask_url(
        &self,
        url: &str,
        method: Method,
        headers: &[(&str, &str)],
        document: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(url);
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("x-auth-token")) {
            request = request.header("x-auth-token", ADMIN);
        }
        if document.is_some() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = document.map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::new(body.into())).expect("a URL and headers");
        let asked = timeout(PATIENCE, async {
            let (head, body) = self.http.request(request).await.expect("an answer").into_parts();
            let body = body.collect().await.expect("a whole answer").to_bytes();
            let body = String::from_utf8_lossy(&body).into_owned();
            Answer { status: head.status.as_u16(), headers: head.headers, body }
        });
        asked.await.unwrap_or_else(|_| panic!("no answer from {url} within {PATIENCE:?}"))
    }

    /// Boots a server of `m1.tiny`, and waits until nobody is busy with it.
    pub async fn boot(&self, name: &str) -> Booted {
        self.boot_as(ADMIN, name).await
    }

    /// The same for somebody else: `token` is `user:project`, as noauth2 believes it. What became of
    /// the server is what the administrator sees of it.
    pub async fn boot_as(&self, token: &str, name: &str) -> Booted {
        self.boot_for(token, json!({ "name": name }), &json!({})).await
    }

    /// Boots what `server` describes (image and smallest flavor if it names none), with scheduler
    /// hints.
    pub async fn boot_with(&self, server: Value, hints: &Value) -> Booted {
        self.boot_for(ADMIN, server, hints).await
    }

    /// # Panics
    ///
    /// The API refuses, or the server stays in BUILD.
    async fn boot_for(&self, token: &str, mut server: Value, hints: &Value) -> Booted {
        for (key, value) in [("flavorRef", "1"), ("imageRef", IMAGE)] {
            if server.get(key).is_none() {
                server[key] = value.into();
            }
        }
        let wish = json!({ "server": server, "os:scheduler_hints": hints });
        let who = [("x-auth-token", token)];
        let made = self.ask(Method::POST, "/servers", &who, Some(&wish)).await;
        assert_eq!(made.status, 202, "{}", made.body);
        let request_id = made.request_id().to_owned();
        let path = format!("/servers/{}", made.json()["server"]["id"].as_str().unwrap_or_default());
        let server = self
            .until("the server leaves BUILD", async || {
                let server = self.get(&path).await.json()["server"].clone();
                let task = &server["OS-EXT-STS:task_state"];
                (server["status"] != "BUILD" && task.is_null()).then_some(server)
            })
            .await;
        Booted { request_id, server }
    }

    /// Looks again and again until there is something to see.
    ///
    /// # Panics
    ///
    /// There never is.
    pub async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let looking = async {
            loop {
                if let Some(seen) = look().await {
                    return seen;
                }
                sleep(AGAIN).await;
            }
        };
        let seen = timeout(PATIENCE, looking).await;
        seen.unwrap_or_else(|_| panic!("rule      {what}\ngot       not within {PATIENCE:?}"))
    }

    /// The way of the request, drawn, once its last hop has ended. Times are left out and ids
    /// renamed, so it is the same on every run. It is printed too: a check that passes shows it.
    pub async fn flow(&self, request_id: &str) -> String {
        let flow = self
            .until("the request's flow comes to an end", async || {
                let flow = flows().flow(request_id);
                (!flow.segments.is_empty() && flow.is_settled()).then_some(flow)
            })
            .await;
        let drawn = draw(&flow);
        println!("{drawn}");
        drawn
    }

    /// A client of the services' messages: `compute`, `conductor`, `scheduler`, or one of yours.
    pub fn rpc(&self, topic: &str) -> RpcClient {
        RpcClient::new(self.cloud.transport().clone(), Target::topic(topic)).timeout(PATIENCE)
    }

    /// The cloud itself.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Finishes what is in hand, and ends every service.
    pub async fn stop(self) {
        self.cloud.stop().await;
    }
}

fn draw(flow: &Flow) -> String {
    let stable = flow.stable().unwrap_or_else(|_| flow.clone());
    text(&stable, Style { color: false, ascii: false, times: false })
}

/// What all clouds of this process see of requests.
fn flows() -> &'static Flows {
    static FLOWS: OnceLock<Flows> = OnceLock::new();
    FLOWS.get_or_init(|| {
        let flows = Flows::default();
        let layer = FlowLayer::new(flows.clone()).with_filter(only_hops());
        tracing_subscriber::registry().with(layer).init();
        // Another test may have passed a hop just before this line, when nobody listened yet. What
        // tracing concluded from that is forgotten here.
        tracing_core::callsite::rebuild_interest_cache();
        flows
    })
}

/// The paste file of mini-nova with `old` replaced by `new`, and `sections` behind it. It lasts as
/// long as the file that is given back; its path is for `conf.api_paste_config`.
///
/// # Panics
///
/// The file does not have `old`.
pub fn pasted(conf: &mut Conf, old: &str, new: &str, sections: &str) -> NamedTempFile {
    assert!(mini_nova::API_PASTE.contains(old), "api-paste.ini has no {old:?}");
    let text = mini_nova::API_PASTE.replace(old, new);
    let mut file = NamedTempFile::new().expect("a place for a file");
    write!(file, "{text}\n{sections}").expect("room for a file");
    conf.api_paste_config = Some(file.path().display().to_string());
    file
}
