//! Call, cast, fanout, and who gets the message.

use crate::manager::{Add, Nothing, Site, Slow, context, note};
use nova_objects::{RemoteError, RequestContext};
use nova_rpc::{EXECUTOR_POOL_SIZE, RPC_RESPONSE_TIMEOUT};
use std::{collections::BTreeMap, time::Duration};
use tokio::{task::JoinSet, time::Instant};

#[tokio::test]
async fn a_call_gives_what_the_method_gives() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let sum: i64 = site.client().call(&context(), "add", &Add { a: 2, b: 3 }).await.unwrap();
    assert_eq!(sum, 5);
}

#[tokio::test(start_paused = true)]
async fn a_cast_does_not_wait() {
    let mut site = Site::new();
    let _server = site.server("host-1").await;
    site.client().cast(&context(), "slow", &Slow { seconds: 5 }).await.unwrap();
    assert_eq!(site.written().await, "begin");
    assert_eq!(site.written().await, "end");
}

#[tokio::test(start_paused = true)]
async fn a_fanout_reaches_each_server_once() {
    let mut site = Site::new();
    let servers = [site.server("host-1").await, site.server("host-2").await];
    site.client().prepare().fanout().cast(&context(), "note", &note("all")).await.unwrap();
    let mut written = site.all_written().await;
    written.sort();
    assert_eq!(written, ["host-1: all", "host-2: all"]);
    drop(servers);
}

#[tokio::test]
async fn two_servers_share_the_messages_of_their_topic() {
    let site = Site::new();
    let _servers = [site.server("host-1").await, site.server("host-2").await];
    let client = site.client();
    let mut answers = BTreeMap::<String, u32>::new();
    for _ in 0..10 {
        *answers.entry(client.call(&context(), "who", &Nothing {}).await.unwrap()).or_default() +=
            1;
    }
    assert_eq!(answers.len(), 2);
    assert!(answers.values().all(|count| (4..=6).contains(count)), "{answers:?}");
}

#[tokio::test]
async fn a_message_for_one_server_reaches_no_other() {
    let site = Site::new();
    let _servers = [site.server("host-1").await, site.server("host-2").await];
    let client = site.client().prepare().server("host-2");
    for _ in 0..4 {
        let who: String = client.call(&context(), "who", &Nothing {}).await.unwrap();
        assert_eq!(who, "host-2");
    }
}

#[tokio::test]
async fn a_message_for_nobody_is_lost() {
    let mut site = Site::new();
    site.client().cast(&context(), "note", &note("too early")).await.unwrap();
    let _server = site.server("host-1").await;
    site.client().cast(&context(), "note", &note("in time")).await.unwrap();
    assert_eq!(site.written().await, "host-1: in time");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_nobody_answers_times_out() {
    let site = Site::new();
    let start = Instant::now();
    let answer: Result<i64, RemoteError> =
        site.client().call(&context(), "add", &Add { a: 2, b: 3 }).await;
    let error = answer.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), RPC_RESPONSE_TIMEOUT.as_secs());
    assert_eq!(error.class, "MessagingTimeout");
    assert_eq!(error.module, "oslo_messaging.exceptions");
    let id = error.message.strip_prefix("Timed out waiting for a reply to message ID ").unwrap();
    assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_comes_too_late_disturbs_nobody() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let client = site.client();
    let hasty = client.prepare().timeout(Duration::from_secs(1));
    hasty.call::<_, u64>(&context(), "slow", &Slow { seconds: 2 }).await.unwrap_err();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let sum: i64 = client.call(&context(), "add", &Add { a: 2, b: 3 }).await.unwrap();
    assert_eq!(sum, 5);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_is_not_run_later() {
    let mut site = Site::new();
    site.server("host-1").await.stop().await;
    let hasty = site.client().prepare().timeout(Duration::from_secs(1));
    hasty.call::<_, ()>(&context(), "note", &note("given up")).await.unwrap_err();
    site.client().cast(&context(), "note", &note("waits in the queue")).await.unwrap();
    let _server = site.server("host-1").await;
    assert_eq!(site.all_written().await, ["host-1: waits in the queue"]);
}

#[tokio::test]
async fn the_context_travels_whole() {
    let site = Site::new();
    let _server = site.server("host-1").await;
    let sent = RequestContext { roles: vec!["admin".into()], ..context().elevated() };
    let mut got: RequestContext = site.client().call(&sent, "context", &Nothing {}).await.unwrap();
    assert!(got.traceparent.take().is_some(), "the hop that it left from is named");
    assert_eq!(got, sent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_calls_at_once_get_each_its_own_answer() {
    let site = Site::new();
    let _servers = [site.server("host-1").await, site.server("host-2").await];
    let client = site.client();
    let mut calls = JoinSet::new();
    for a in 0..1000 {
        let client = client.clone();
        calls.spawn(async move {
            let sum: i64 = client.call(&context(), "add", &Add { a, b: 1 }).await.unwrap();
            assert_eq!(sum, a + 1);
        });
    }
    assert_eq!(calls.join_all().await.len(), 1000);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_has_its_hands_full_leaves_the_rest_to_others() {
    let mut site = Site::new();
    let _busy = site.server("host-1").await;
    for _ in 0..=EXECUTOR_POOL_SIZE {
        site.client().cast(&context(), "slow", &Slow { seconds: 10 }).await.unwrap();
    }
    assert_eq!(site.all_written().await.len(), EXECUTOR_POOL_SIZE);
    let _other = site.server("host-2").await;
    assert_eq!(site.all_written().await, ["begin"]);
}
