//! No log and no flow tells a secret.
//!
//! A process of its own, because it listens to everything that any crate logs, at its most
//! talkative.

#[cfg(test)]
mod asking;

use asking::{Log, ask, wish};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use mini_nova::{Cloud, Conf};
use nova_neighbours::glance::CIRROS;
use nova_traces::{FlowLayer, Flows};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::sleep;
use tracing_subscriber::{fmt::format::FmtSpan, prelude::*};

#[tokio::test(flavor = "multi_thread")]
async fn no_log_and_no_flow_tells_a_secret() {
    let (log, flows) = (Log::default(), Flows::default());
    let written = log.clone();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(move || written.clone())
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false);
    tracing_subscriber::registry().with(FlowLayer::new(flows.clone())).with(lines).init();

    let cloud = Cloud::builder(Conf::default()).free_ports().start().await.unwrap();
    let http = Client::builder(TokioExecutor::new()).build_http();
    let tokens = format!("{}/auth/tokens", cloud.neighbours().identity.as_deref().unwrap());
    let servers = format!("{}/servers", cloud.compute_endpoint());
    let (status, token, _) = ask(&http, &tokens, "", &wish("admin-secret")).await;
    assert_eq!(status, 201);
    let server = json!({ "server": { "name": "vm", "flavorRef": "1", "imageRef": CIRROS } });
    let mut ids = Vec::new();
    for (url, token, body, expected) in [
        (&tokens, "", &wish("a-wrong-password"), 401),
        (&tokens, "", &json!({ "auth": "a-malformed-password" }), 400),
        (&servers, token.as_str(), &Value::Null, 200),
        (&servers, token.as_str(), &server, 202),
        (&servers, "a-wrong-token", &Value::Null, 401),
    ] {
        let (status, _, id) = ask(&http, url, token, body).await;
        assert_eq!(status, expected, "{url} {token}");
        ids.push(id);
    }
    sleep(Duration::from_secs(1)).await;
    cloud.stop().await;

    let logged = log.text();
    assert!(logged.contains("build_and_run_instance") && logged.contains("GET /auth/tokens"));
    let flows: Vec<_> = ids.iter().map(|id| flows.flow(id)).collect();
    let flows = serde_json::to_string(&flows).unwrap();
    assert!(flows.contains("build_and_run_instance") && flows.contains("keystone"));
    let passwords = ["admin-secret", "nova-secret", "a-wrong-password", "a-malformed-password"];
    for secret in passwords.into_iter().chain(["a-wrong-token", &token]) {
        for (where_, text) in [("log", &logged), ("flow", &flows)] {
            let line = text.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} is in the {where_}");
        }
    }
}
