//! The demo, and what a collector gets of it.

use crate::{
    receiver::Receiver,
    trace::{SERVICES, boot, services},
};
use serde_json::Value;
use std::{
    net::TcpListener,
    process::{Command, Output},
};

fn demo(endpoint: &str, args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let conf = folder.path().join("nova.conf");
    std::fs::write(&conf, format!("[flow]\notlp_endpoint = {endpoint}\n")).unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_mini-nova"));
    demo.args(["demo", "--config-file"]).arg(conf).args(args).output().unwrap()
}

/// The attributes that a kind of span has to have, by a name that it comes under.
const ATTRIBUTES: [(&str, &str, &[&str]); 11] = [
    ("POST nova", "CLIENT", &["http.request.method", "service.peer.name", "url.path"]),
    ("POST /v2.1/servers", "SERVER", &["http.route", "http.response.status_code"]),
    ("filter noauth2", "INTERNAL", &["code.file.path", "code.line.number"]),
    ("ServersController.create", "INTERNAL", &["nova.request_id"]),
    ("INSERT instances", "CLIENT", &["db.system.name", "db.query.text", "db.collection.name"]),
    ("GET /v2/images/{id}", "SERVER", &["http.route"]),
    ("cast scheduler/run_instance", "PRODUCER", &["rpc.method", "messaging.destination.name"]),
    ("scheduler/run_instance", "CONSUMER", &["rpc.method", "messaging.operation.type"]),
    ("get_filtered_hosts", "INTERNAL", &["nova.data", "nova.outcome"]),
    ("conductor/object_action", "SERVER", &["rpc.system.name", "rpc.method"]),
    ("FakeDriver.spawn", "INTERNAL", &["code.file.path"]),
];

#[test]
fn a_boot_is_one_trace_at_a_real_collector() {
    let Some(receiver) = Receiver::start() else { return };
    let demo = demo(&receiver.endpoint, &["--json"]);
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    let flow: Value = serde_json::from_slice(&demo.stdout).unwrap();
    let spans = receiver.spans();
    let trace = boot(&spans, Some("POST nova"));
    assert_eq!(services(&trace).into_iter().collect::<Vec<_>>(), SERVICES);
    assert_eq!(trace[0]["trace_id"], flow["trace_id"]);
    let hops = flow["segments"].as_array().unwrap().iter().map(|it| it["hops"].as_array().unwrap());
    assert_eq!(trace.len(), hops.map(Vec::len).sum::<usize>() + 1, "the flow, and who asked");
    for (name, kind, attributes) in ATTRIBUTES {
        let is = |span: &&&Value| span["name"] == name && span["kind"] == kind;
        let span = trace.iter().find(is).unwrap_or_else(|| panic!("no {kind} {name}: {trace:#?}"));
        for attribute in attributes {
            assert!(!span["attributes"][attribute].is_null(), "{attribute} of {span}");
        }
        assert_eq!(span["status"], "UNSET", "{span}");
    }
}

#[test]
fn a_boot_that_fails_is_red_at_a_real_collector() {
    let Some(receiver) = Receiver::start() else { return };
    let demo = demo(&receiver.endpoint, &["--flavor", "m1.xlarge"]);
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    let spans = receiver.spans();
    let red: Vec<&Value> = boot(&spans, Some("POST nova"))
        .into_iter()
        .filter(|span| span["status"] == "ERROR")
        .collect();
    let [failed] = red[..] else { panic!("{red:#?}") };
    assert_eq!(failed["name"], "scheduler/run_instance");
    assert_eq!(failed["attributes"]["error.type"], "NoValidHost");
}

#[test]
fn a_collector_that_is_away_does_no_harm() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let demo = demo(&endpoint, &[]);
    let (drawn, said) = (String::from_utf8(demo.stdout), String::from_utf8(demo.stderr));
    let (drawn, said) = (drawn.unwrap(), said.unwrap());
    assert!(demo.status.success() && drawn.contains("Server demo is ACTIVE"), "{drawn}{said}");
    assert!(said.contains(&format!("{endpoint} did not take")), "{said}");
}
