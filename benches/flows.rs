//! What it costs to see flows: requests and boots a second, with nobody watching, with flows
//! collected, and with a page open that asks for them.
//!
//! `cargo bench -p mini-nova --bench flows`; a number behind `--` is how many rounds. Each mode is
//! a cloud in a process of its own, for a process has one subscriber; this process asks them by
//! turns, a second each, so that what else the machine does meets all three.

#![allow(clippy::unwrap_used, reason = "a bench that cannot run says so")]

use futures_util::{StreamExt, stream};
use http::{Method, Request};
use mini_nova::{Cloud, Conf};
use nova_neighbours::{RestClient, glance::CIRROS};
use nova_objects::RequestContext;
use nova_traces::{FlowLayer, Flows, only_hops};
use serde_json::{Value, json};
use std::{
    env,
    io::{BufRead, BufReader},
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

/// How often somebody looks whether they are ACTIVE.
const AGAIN: Duration = Duration::from_millis(25);

/// How long a round asks for one server.
const ROUND: Duration = Duration::from_secs(1);

/// How often the page looks for new requests, and for the flow that it shows.
const LOOK: Duration = Duration::from_secs(1);

/// The project that noauth2 takes out of the token.
const TOKEN: &str = "admin:00000000000000000000000000000001";

const MODES: [&str; 3] = ["off", "on", "page"];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let Some(mode) = arguments.iter().find(|argument| MODES.contains(&argument.as_str())) {
        return serve(mode).await;
    }
    let rounds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(15);
    let mut houses: Vec<House> = Vec::new();
    for mode in MODES {
        houses.push(House::start(mode).await);
    }
    for _ in 0..rounds {
        for house in &mut houses {
            house.round().await;
        }
    }
    report(&houses);
}

/// A cloud, until somebody closes our standard input.
async fn serve(mode: &str) {
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

/// A cloud, and what was measured of it.
struct House {
    mode: &'static str,
    nova: RestClient,
    context: RequestContext,
    server: String,
    requests: Vec<f64>,
    boots: Vec<f64>,
    process: Child,
}

impl House {
    async fn start(mode: &'static str) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let nova = RestClient::new("nova", &lines.next().unwrap().unwrap());
        let context =
            RequestContext { auth_token: Some(TOKEN.into()), ..RequestContext::default() };
        let (requests, boots) = (Vec::new(), Vec::new());
        let server = String::new();
        let mut house = Self { mode, nova, context, server, requests, boots, process };
        house.server = house.ask_for_server().await;
        house.until_active(1).await;
        house
    }

    async fn round(&mut self) {
        let began = Instant::now();
        let path = format!("/servers/{}", self.server);
        let asking = stream::iter(0..CLIENTS).map(|_| async {
            let mut asked = 0;
            while began.elapsed() < ROUND {
                self.ask(Method::GET, &path, None).await;
                asked += 1;
            }
            asked
        });
        let asked: Vec<u32> = asking.buffer_unordered(CLIENTS).collect().await;
        let asked: u32 = asked.iter().sum();
        self.requests.push(f64::from(asked) / began.elapsed().as_secs_f64());

        let began = Instant::now();
        let asking = stream::iter(0..SERVERS).map(|_| self.ask_for_server());
        let booted: Vec<String> = asking.buffer_unordered(CLIENTS).collect().await;
        self.until_active(1 + SERVERS).await;
        self.boots.push(SERVERS as f64 / began.elapsed().as_secs_f64());
        for id in booted {
            self.ask(Method::DELETE, &format!("/servers/{id}"), None).await;
        }
        // Their hosts have to hear of it before the next round.
        self.until_active(1).await;
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
            sleep(AGAIN).await;
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

fn report(houses: &[House]) {
    let off = &houses[0];
    println!("{:6}  {:>18}  {:>7}  {:>10}  {:>7}", "flows", "GET /servers/{id}", "", "boots", "");
    for house in houses {
        let (requests, boots) = (median(&house.requests), median(&house.boots));
        println!(
            "{:6}  {requests:>10.0} / sec  {:>6.1}%  {boots:>4.0} / sec  {:>6.1}%",
            house.mode,
            paired(&house.requests, &off.requests) * 100.0,
            paired(&house.boots, &off.boots) * 100.0,
        );
    }
}

/// The median of the ratios, round by round: the machine is not the same in each.
fn paired(these: &[f64], those: &[f64]) -> f64 {
    median(&these.iter().zip(those).map(|(this, that)| this / that).collect::<Vec<_>>())
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
