//! A cloud in a process of its own, and somebody who asks it.

use futures_util::{StreamExt, stream};
use http::{Method, Request};
use mini_nova::{Cloud, Conf};
use nova_neighbours::{RestClient, glance::CIRROS};
use nova_objects::RequestContext;
use nova_traces::{FlowLayer, Flows, only_hops};
use serde_json::{Value, json};
use std::{
    env,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, stdin},
    time::sleep,
};
use tracing_subscriber::prelude::*;

/// So many requests are under way at once.
const CLIENTS: usize = 8;

/// So many servers are booted in a round.
const SERVERS: usize = 40;

/// How long a round asks for one server.
const ROUND: Duration = Duration::from_secs(1);

/// How often the page looks for new requests, and for the flow that it shows.
const LOOK: Duration = Duration::from_secs(1);

/// The project that noauth2 takes out of the token.
const TOKEN: &str = "admin:00000000000000000000000000000001";

/// A cloud, until somebody closes our standard input.
pub(crate) async fn serve(mode: &str) {
    let flows = Flows::default();
    if mode != "off" {
        let layer = FlowLayer::new(flows.clone()).with_filter(only_hops());
        tracing_subscriber::registry().with(layer).init();
    }
    let mut conf = Conf::default();
    conf.pipeline.auth_strategy = "noauth2".into();
    (conf.quota.quota_instances, conf.quota.quota_cores, conf.quota.quota_ram) = (-1, -1, -1);
    let cloud = Cloud::builder(conf).free_ports().start().await.unwrap();
    println!("{}", cloud.compute_endpoint());
    let page = async {
        loop {
            sleep(LOOK).await;
            let requests = flows.requests();
            if let Some(youngest) = requests.first().filter(|_| mode == "page") {
                serde_json::to_string(&requests).unwrap();
                serde_json::to_string(&flows.flow(&youngest.request_id).walk()).unwrap();
            }
        }
    };
    let mut nothing = Vec::new();
    let mut stdin = stdin();
    tokio::select! {
        () = page => {}
        closed = stdin.read_to_end(&mut nothing) => drop(closed),
    }
    cloud.stop().await;
}

/// The program of a cloud in that mode: this one.
pub(crate) fn program(mode: &str) -> Command {
    let mut program = Command::new(env::current_exe().unwrap());
    program.arg(mode);
    program
}

/// A cloud that is up, with a server in it.
pub(crate) struct House {
    nova: RestClient,
    context: RequestContext,
    server: String,
    again: Duration,
    process: Child,
}

impl House {
    /// Starts `program`. Who waits for servers looks again after so long.
    pub(crate) async fn start(mut program: Command, again: Duration) -> Self {
        let program = program.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = program.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let nova = RestClient::new("nova", &lines.next().unwrap().unwrap());
        let context =
            RequestContext { auth_token: Some(TOKEN.into()), ..RequestContext::default() };
        let mut house = Self { nova, context, server: String::new(), again, process };
        house.server = house.ask_for_server().await;
        house.until_active(1).await;
        house
    }

    pub(crate) async fn requests_a_second(&self) -> f64 {
        let began = Instant::now();
        let asking = stream::iter(0..CLIENTS).map(|_| async {
            let mut asked = 0;
            while began.elapsed() < ROUND {
                self.look().await;
                asked += 1;
            }
            asked
        });
        let asked: Vec<u32> = asking.buffer_unordered(CLIENTS).collect().await;
        f64::from(asked.iter().sum::<u32>()) / began.elapsed().as_secs_f64()
    }

    pub(crate) async fn boots_a_second(&self) -> f64 {
        let began = Instant::now();
        let booted = self.boot(SERVERS).await;
        let boots = SERVERS as f64 / began.elapsed().as_secs_f64();
        self.delete(&booted).await;
        boots
    }

    /// Asks for the server that is always there.
    pub(crate) async fn look(&self) {
        self.ask(Method::GET, &format!("/servers/{}", self.server), None).await;
    }

    /// Boots so many servers, and waits until all are ACTIVE.
    pub(crate) async fn boot(&self, servers: usize) -> Vec<String> {
        let asking = stream::iter(0..servers).map(|_| self.ask_for_server());
        let booted = asking.buffer_unordered(CLIENTS).collect().await;
        self.until_active(1 + servers).await;
        booted
    }

    pub(crate) async fn delete(&self, servers: &[String]) {
        for id in servers {
            self.ask(Method::DELETE, &format!("/servers/{id}"), None).await;
        }
        // Their hosts have to hear of it before anything else begins.
        self.until_active(1).await;
    }

    /// Ends the cloud, and gives what it has said of errors, if that is kept.
    pub(crate) fn stop(mut self) -> String {
        drop(self.process.stdin.take());
        let mut said = String::new();
        if let Some(mut stderr) = self.process.stderr.take() {
            stderr.read_to_string(&mut said).unwrap();
        }
        said
    }

    /// Asks for a server, and gives its id.
    async fn ask_for_server(&self) -> String {
        let wish = json!({ "server": { "name": "vm", "flavorRef": "1", "imageRef": CIRROS } });
        let created = self.ask(Method::POST, "/servers", Some(&wish)).await;
        created["server"]["id"].as_str().unwrap().to_owned()
    }

    async fn until_active(&self, servers: usize) {
        loop {
            let active = self.ask(Method::GET, "/servers?status=ACTIVE", None).await;
            if active["servers"].as_array().unwrap().len() == servers {
                return;
            }
            sleep(self.again).await;
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let request = Request::builder().method(method).uri(path);
        let answer = self.nova.send(&self.context, request, body).await.unwrap();
        assert!(answer.status.is_success(), "{path}: {}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
