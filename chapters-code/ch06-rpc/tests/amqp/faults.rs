//! The line to the broker fails under load, and is mended.

use crate::{
    broker::Corner,
    proxy::{Line, Proxy},
};
use nova_objects::{RemoteError, RequestContext};
use nova_rpc::{AmqpTransport, Endpoint, RabbitOptions, RpcClient, RpcServer, Target};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

const TIMEOUT: Duration = Duration::from_secs(2);

/// Counts how often it was asked to do each thing.
#[derive(Default)]
struct Ledger(Mutex<BTreeMap<String, u32>>);

impl Ledger {
    async fn note(self: Arc<Self>, _: RequestContext, args: Value) -> Result<Value, RemoteError> {
        let thing = args["thing"].as_str().unwrap().to_owned();
        *self.0.lock().unwrap().entry(thing.clone()).or_default() += 1;
        Ok(thing.into())
    }
}

/// What callers and casters have seen.
#[derive(Debug, Default)]
struct Seen {
    answered: u32,
    timed_out: u32,
    /// The casts that were taken.
    cast: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_line_that_is_cut_is_mended() {
    trouble(Line::Reset).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_line_that_swallows_everything_is_noticed_and_made_again() {
    trouble(Line::BlackHole).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_line_that_is_slow_loses_nothing() {
    let seen = trouble(Line::Slow(Duration::from_millis(100))).await;
    if let Some(seen) = seen {
        assert_eq!(seen.timed_out, 0);
    }
}

#[tokio::test]
async fn a_broker_that_is_not_there_costs_a_caller_no_more_than_the_timeout() {
    let options = RabbitOptions { rpc_response_timeout: TIMEOUT, ..RabbitOptions::default() };
    // A port on which nobody listens.
    let nobody = AmqpTransport::new("amqp://guest:guest@127.0.0.1:1/", options).unwrap();
    let client = RpcClient::new(Arc::new(nobody), Target::topic("nobody")).timeout(TIMEOUT);
    let (context, no_args, start) = (RequestContext::admin(), json!({}), Instant::now());
    let call = client.call::<_, Value>(&context, "note", &no_args);
    let (call, cast) = tokio::join!(call, client.cast(&context, "note", &no_args));
    assert_eq!(call.unwrap_err().class, "MessagingTimeout");
    assert_eq!(cast.unwrap_err().class, "MessageDeliveryFailure");
    assert!((TIMEOUT..2 * TIMEOUT).contains(&start.elapsed()));
}

/// Eight who call and eight who cast; for three seconds the line is `fault`. Each call ends in
/// time, each cast that was taken is run, nothing is run twice, and in the end all is well.
async fn trouble(fault: Line) -> Option<Seen> {
    let corner = Corner::new()?;
    let line = Proxy::to(&corner.address()).await;
    let url = line.instead_of(&corner.url, &corner.address());
    let (here, there) = (corner.transport_by(&url), corner.transport_by(&url));
    let ledger = Arc::<Ledger>::default();
    let endpoint = Endpoint::new(Arc::clone(&ledger), "1.0").method("note", Ledger::note);
    let target = Target::topic(&corner.topic).server("host-1");
    let server = RpcServer::new(Arc::clone(&there), target, "ledger");
    let server = server.endpoint(endpoint).start().await.unwrap();
    let client = RpcClient::new(Arc::clone(&here), Target::topic(&corner.topic));
    let (client, stop) = (client.timeout(TIMEOUT), Arc::<AtomicBool>::default());
    let mut people = JoinSet::new();
    for person in 0..16 {
        people.spawn(work(client.clone(), Arc::clone(&stop), person));
    }
    sleep(Duration::from_secs(1)).await;
    line.is(fault);
    sleep(Duration::from_secs(3)).await;
    line.is(Line::Sound);
    sleep(Duration::from_secs(5)).await;
    let context = RequestContext::admin();
    for n in 0..5 {
        let thing = json!({ "thing": format!("after-{n}") });
        let answer: Value = client.call(&context, "note", &thing).await.unwrap();
        assert_eq!(answer, thing["thing"]);
    }
    stop.store(true, Ordering::Relaxed);
    let seen = people.join_all().await.into_iter().fold(Seen::default(), Seen::and);
    sleep(Duration::from_millis(500)).await;
    server.stop().await;
    here.close().await;
    there.close().await;
    seen.check(&ledger.0.lock().unwrap(), fault);
    corner.tidy(&["host-1"]).await;
    Some(seen)
}

async fn work(client: RpcClient, stop: Arc<AtomicBool>, person: u32) -> Seen {
    let (context, mut seen) = (RequestContext::admin(), Seen::default());
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let (thing, start) = (format!("{person}-{n}"), Instant::now());
        let args = json!({ "thing": thing });
        if person.is_multiple_of(2) {
            client.cast(&context, "note", &args).await.unwrap();
            seen.cast.push(thing);
        } else {
            match client.call::<_, Value>(&context, "note", &args).await {
                Ok(_) => seen.answered += 1,
                Err(error) => {
                    assert_eq!(error.class, "MessagingTimeout", "{error}");
                    seen.timed_out += 1;
                }
            }
            assert!(start.elapsed() < TIMEOUT + Duration::from_secs(1));
        }
        sleep(Duration::from_millis(5)).await;
    }
    seen
}

impl Seen {
    fn and(mut self, other: Self) -> Self {
        self.answered += other.answered;
        self.timed_out += other.timed_out;
        self.cast.extend(other.cast);
        self
    }

    fn check(&self, ledger: &BTreeMap<String, u32>, fault: Line) {
        let lost: Vec<_> = self.cast.iter().filter(|thing| !ledger.contains_key(*thing)).collect();
        let twice: Vec<_> = ledger.iter().filter(|(_, times)| **times > 1).collect();
        let (calls, timeouts, casts) = (self.answered, self.timed_out, self.cast.len());
        println!("{fault:?}: {calls} calls answered, {timeouts} timed out, {casts} casts");
        assert!(lost.is_empty(), "{fault:?}: lost {lost:?}");
        assert!(twice.is_empty(), "{fault:?}: twice {twice:?}");
        assert!(calls > 100 && casts > 100, "{fault:?}: {self:?}");
    }
}
