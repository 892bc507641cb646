//! The end of a server.

use crate::manager::{Site, Slow, context, note};
use nova_rpc::GRACEFUL_SHUTDOWN_TIMEOUT;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn what_is_in_hand_is_finished() {
    let mut site = Site::new();
    let server = site.server("host-1").await;
    site.client().cast(&context(), "slow", &Slow { seconds: 5 }).await.unwrap();
    assert_eq!(site.written().await, "begin");
    server.stop().await;
    assert_eq!(site.all_written().await, ["end"]);
}

#[tokio::test(start_paused = true)]
async fn a_call_in_hand_is_answered() {
    let mut site = Site::new();
    let server = site.server("host-1").await;
    let client = site.client();
    let call = tokio::spawn(async move {
        client.call::<_, u64>(&context(), "slow", &Slow { seconds: 5 }).await
    });
    assert_eq!(site.written().await, "begin");
    server.stop().await;
    assert_eq!(call.await.unwrap(), Ok(5));
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_abandoned() {
    let mut site = Site::new();
    let server = site.server("host-1").await;
    site.client().cast(&context(), "slow", &Slow { seconds: 3600 }).await.unwrap();
    assert_eq!(site.written().await, "begin");
    let start = Instant::now();
    server.stop().await;
    assert_eq!(start.elapsed().as_secs(), GRACEFUL_SHUTDOWN_TIMEOUT.as_secs());
    sleep(Duration::from_secs(4000)).await;
    assert!(site.all_written().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_not_in_hand_waits_for_the_next_server() {
    let mut site = Site::new();
    site.server("host-1").await.stop().await;
    site.client().cast(&context(), "note", &note("hello")).await.unwrap();
    assert!(site.all_written().await.is_empty());
    let _server = site.server("host-2").await;
    assert_eq!(site.all_written().await, ["host-2: hello"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_dropped_lets_everything_fall() {
    let mut site = Site::new();
    let server = site.server("host-1").await;
    site.client().cast(&context(), "slow", &Slow { seconds: 5 }).await.unwrap();
    assert_eq!(site.written().await, "begin");
    drop(server);
    sleep(Duration::from_secs(10)).await;
    assert!(site.all_written().await.is_empty());
}
