//! A collector that takes nothing, or not now.

use crate::collector::{collector, hop, segment};
use nova_traces::otlp::Exporter;
use std::time::{Duration, Instant};
use tokio::{net::TcpListener, time::sleep};

#[tokio::test]
async fn what_a_collector_cannot_take_now_is_sent_again() {
    let (endpoint, collector) = collector(&["503 Service Unavailable", "200 OK"]).await;
    let exporter = Exporter::start(&endpoint, "mini-nova").unwrap();
    exporter.taker()(segment("api", vec![hop("http", "GET /", "200")]));
    let got = collector.await.unwrap();
    assert_eq!(got[0], got[1], "the same spans, with the same ids");
    assert_eq!(exporter.stop().await, 0);
}

#[tokio::test]
async fn nobody_waits_for_a_collector_that_takes_nothing() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    // It accepts, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (refusing, _collector) = collector(&["500 Internal Server Error"; 64]).await;
    let silent = silent.local_addr().unwrap();
    for endpoint in [format!("http://{closed}"), format!("http://{silent}"), refusing] {
        let exporter = Exporter::start(&endpoint, "mini-nova").unwrap();
        let take = exporter.taker();
        let began = Instant::now();
        for _ in 0..10_000 {
            take(segment("api", vec![hop("http", "GET /", "200")]));
        }
        assert!(began.elapsed() < Duration::from_secs(1), "{endpoint}: {:?}", began.elapsed());
        sleep(Duration::from_millis(300)).await;
        let stopping = Instant::now();
        assert_eq!(exporter.stop().await, 10_000, "it knows what nobody took");
        assert!(stopping.elapsed() < Duration::from_millis(2500), "{endpoint}");
    }
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_is_refused() {
    for endpoint in ["", "127.0.0.1:4318", "https://127.0.0.1:4318", "http://"] {
        let refused = Exporter::start(endpoint, "mini-nova").err().unwrap().to_string();
        assert!(refused.contains(&format!("`{endpoint}` is no URL of a collector")), "{refused}");
    }
}
