//! The binary, run to its end or kept running.

use http::Request;
use nova_neighbours::{RestClient, glance::CIRROS};
use nova_objects::RequestContext;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::time::sleep;

/// A cloud on ports that nobody else has.
pub(crate) const ALL: [&str; 5] =
    ["all", "--port=0", "--identity-port=0", "--image-port=0", "--flow-port=0"];

/// How long a cloud may take to stop.
const TO_STOP: Duration = Duration::from_secs(5);

pub(crate) fn mini_nova(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mini-nova")).args(args).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Fails with `code`, and says each of `wanted` on stderr, and nothing on stdout.
#[track_caller]
pub(crate) fn assert_fails(args: &[&str], code: i32, wanted: &[&str]) -> String {
    let output = mini_nova(args);
    let (said, printed) = (text(&output.stderr), text(&output.stdout));
    assert_eq!((output.status.code(), printed.as_str()), (Some(code), ""), "{args:?}: {said}");
    for words in wanted {
        assert!(said.contains(words), "{args:?} says no `{words}`:\n{said}");
    }
    assert!(!said.contains("panicked"), "{args:?}: {said}");
    said
}

/// A cloud of its own process.
pub(crate) struct Running {
    process: Child,
    compute: String,
    flows: String,
    _openrc: TempDir,
}

impl Running {
    /// One that believes whoever asks.
    pub(crate) fn start(args: &[&str]) -> Self {
        let openrc = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_mini-nova"))
            .args(ALL)
            .args(["--auth-strategy", "noauth2", "--openrc"])
            .arg(openrc.path().join("openrc"))
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let up = lines.next().unwrap().unwrap();
        let rest = up.strip_prefix("The cloud is up: compute ").unwrap();
        let (compute, rest) = rest.split_once(',').unwrap();
        let (_, flows) = rest.split_once("flows ").unwrap();
        let (flows, _) = flows.split_once(". ").unwrap();
        let (compute, flows) = (compute.to_owned(), flows.to_owned());
        // Somebody has to read the rest, or the process could not write it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, compute, flows, _openrc: openrc }
    }

    /// Where the compute API answers.
    pub(crate) fn compute(&self) -> &str {
        &self.compute
    }

    /// Where it tells what it has seen.
    pub(crate) fn flows(&self) -> &str {
        &self.flows
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Ends it as a service manager would.
    pub(crate) async fn stop(&mut self, signal: &str) {
        let began = Instant::now();
        self.signal(signal);
        while began.elapsed() < TO_STOP {
            if let Some(status) = self.process.try_wait().unwrap() {
                assert_eq!(status.code(), Some(0), "{signal}: {status}");
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("it did not stop in {TO_STOP:?} after {signal}");
    }

    pub(crate) async fn ask(&self, path: &str, body: Option<&Value>) -> Value {
        let token = Some("admin:abc123".into());
        let context = RequestContext { auth_token: token, ..RequestContext::default() };
        let request = if body.is_some() { Request::post(path) } else { Request::get(path) };
        let nova = RestClient::new("nova", &self.compute);
        let answer = nova.send(&context, request, body).await.unwrap();
        assert!(answer.status.is_success(), "{}", text(&answer.body));
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// Boots a server, and waits until it is ACTIVE.
    pub(crate) async fn boot(&self, name: &str) -> Value {
        let wish = json!({ "server": { "name": name, "flavorRef": "1", "imageRef": CIRROS } });
        let created = self.ask("/servers", Some(&wish)).await;
        let path = format!("/servers/{}", created["server"]["id"].as_str().unwrap());
        loop {
            sleep(Duration::from_millis(20)).await;
            let server = self.ask(&path, None).await["server"].clone();
            match server["status"].as_str() {
                Some("BUILD") => {}
                Some("ACTIVE") => return server,
                _ => panic!("{server}"),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
