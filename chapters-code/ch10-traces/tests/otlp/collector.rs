//! A collector of this process, and something to send to it.

use nova_traces::{Hop, Segment};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

pub(crate) const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
pub(crate) const PARENT: &str = "00f067aa0ba902b7";

/// A collector that gives these answers, one after the other, and then says what it was sent.
pub(crate) async fn collector(
    statuses: &'static [&str],
) -> (String, JoinHandle<Vec<ExportTraceServiceRequest>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let mut got = Vec::new();
        for status in statuses {
            let (mut peer, _) = listener.accept().await.unwrap();
            let mut sent = Vec::new();
            let body = loop {
                assert!(peer.read_buf(&mut sent).await.unwrap() > 0);
                let Some(end) = sent.windows(4).position(|four| four == b"\r\n\r\n") else {
                    continue;
                };
                let head = String::from_utf8_lossy(&sent[..end]).to_lowercase();
                assert!(head.starts_with("post /v1/traces "), "{head}");
                assert!(head.contains("content-type: application/x-protobuf"), "{head}");
                let (_, length) = head.split_once("content-length: ").unwrap();
                let length: usize = length.lines().next().unwrap().parse().unwrap();
                if sent.len() == end + 4 + length {
                    break sent.split_off(end + 4);
                }
            };
            got.push(ExportTraceServiceRequest::decode(&*body).unwrap());
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            peer.write_all(answer.as_bytes()).await.unwrap();
        }
        got
    });
    (endpoint, task)
}

pub(crate) fn hop(kind: &str, name: &str, outcome: &str) -> Hop {
    let outcome = Some(outcome.to_owned()).filter(|outcome| !outcome.is_empty());
    let (file, line) = ("src/lib.rs".into(), 7);
    let place = Hop { inside: Some(0), start_us: 10, duration_us: Some(20), ..Hop::default() };
    Hop { kind: kind.into(), name: name.into(), outcome, file, line, ..place }
}

pub(crate) fn segment(lane: &str, mut hops: Vec<Hop>) -> Segment {
    hops[0].inside = None;
    Segment {
        lane: lane.into(),
        request_id: Some("req-1".into()),
        trace_id: Some(TRACE.into()),
        parent: Some(PARENT.into()),
        start_us: 1_000_000,
        hops,
        ..Segment::default()
    }
}
