//! A thousand servers that are asked for at once, on a thousand hosts: how many boots a second, and
//! how long one takes from its POST until it is ACTIVE.
//!
//! `cargo bench -p mini-nova`; two numbers behind `--` are servers and hosts.

#![allow(clippy::unwrap_used, reason = "a bench that cannot run says so")]

use futures_util::{StreamExt, stream};
use http::{Method, Request};
use mini_nova::{Cloud, Conf};
use nova_neighbours::{RestClient, glance::CIRROS};
use nova_objects::{DateTime, RequestContext};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    env, fs,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// So many POSTs are under way at once.
const CLIENTS: usize = 64;

/// The project that noauth2 takes out of the token.
const TOKEN: &str = "admin:00000000000000000000000000000001";

#[tokio::main]
async fn main() {
    let mut numbers = env::args().filter_map(|arg| arg.parse::<usize>().ok());
    let servers = numbers.next().unwrap_or(1000);
    let hosts = numbers.next().unwrap_or(1000);
    let cloud = start(hosts).await;
    let (idle, user) = (resident(), User::of(&cloud));
    println!("{hosts} hosts are up");

    let began = Instant::now();
    let boots = stream::iter(0..servers).map(|number| user.boot(number));
    let asked: HashMap<String, DateTime> = boots.buffer_unordered(CLIENTS).collect().await;
    let accepted = began.elapsed();
    let active = user.until_all_are_active(servers).await;
    let all = began.elapsed();

    let mut waits: Vec<f64> =
        active.iter().map(|(id, launched)| launched.seconds_from(asked[id])).collect();
    waits.sort_by(f64::total_cmp);
    let percentile = |part: usize| waits[(waits.len() * part / 100).min(waits.len() - 1)] * 1000.0;
    let per_second = |time: Duration| servers as f64 / time.as_secs_f64();
    println!("{servers} servers, {CLIENTS} clients");
    println!("  accepted   {:8.0} a second", per_second(accepted));
    println!("  ACTIVE     {:8.0} a second", per_second(all));
    println!("  POST to ACTIVE: p50 {:.0} ms, p99 {:.0} ms", percentile(50), percentile(99));
    println!("  memory: {idle} MiB before, {} MiB after", resident());
    cloud.stop().await;
}

async fn start(hosts: usize) -> Cloud {
    let mut conf = Conf { fake_hosts: hosts, ..Conf::default() };
    conf.pipeline.auth_strategy = "noauth2".into();
    (conf.quota.quota_instances, conf.quota.quota_cores, conf.quota.quota_ram) = (-1, -1, -1);
    Cloud::builder(conf).free_ports().start().await.unwrap()
}

/// Memory of this process, in MiB: the cloud, all of its hosts, and the client.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// Somebody who wants servers.
struct User {
    nova: RestClient,
    context: RequestContext,
}

impl User {
    fn of(cloud: &Cloud) -> Self {
        let context =
            RequestContext { auth_token: Some(TOKEN.into()), ..RequestContext::default() };
        Self { nova: RestClient::new("nova", cloud.compute_endpoint()), context }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let request = Request::builder().method(method).uri(path);
        let answer = self.nova.send(&self.context, request, body).await.unwrap();
        assert!(answer.status.is_success(), "{path}: {}", String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// The server's id, and when it was asked for.
    async fn boot(&self, number: usize) -> (String, DateTime) {
        let name = format!("server-{number}");
        let body = json!({ "server": { "name": name, "flavorRef": "1", "imageRef": CIRROS } });
        let asked = DateTime::now();
        let created = self.ask(Method::POST, "/servers", Some(&body)).await;
        (created["server"]["id"].as_str().unwrap().to_owned(), asked)
    }

    /// Each server, and when its guest was running.
    async fn until_all_are_active(&self, servers: usize) -> Vec<(String, DateTime)> {
        loop {
            let mut found = Vec::new();
            let mut path = "/servers/detail".to_owned();
            loop {
                let page = self.ask(Method::GET, &path, None).await;
                let page = page["servers"].as_array().cloned().unwrap_or_default();
                let Some(last) = page.last().and_then(|server| server["id"].as_str()) else {
                    break;
                };
                path = format!("/servers/detail?marker={last}");
                found.extend(page);
            }
            let launched = |server: &Value| {
                assert_ne!(server["status"], "ERROR", "{server}");
                let launched = server["OS-SRV-USG:launched_at"].as_str()?;
                let id = server["id"].as_str().unwrap_or_default().to_owned();
                Some((id, DateTime::parse(launched).ok()?))
            };
            let active: Vec<_> = found.iter().filter_map(launched).collect();
            if active.len() == servers {
                return active;
            }
            sleep(Duration::from_millis(200)).await;
        }
    }
}
