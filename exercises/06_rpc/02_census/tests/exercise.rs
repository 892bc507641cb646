//! The rules of this exercise.

use async_trait::async_trait;
use census::{Census, Here, NAMESPACE, Report, census, offer};
use kit::{House, rule, rule_that};
use mini_nova::{Conf, installed::Surroundings};
use nova_objects::{MemoryStore, RemoteError, RequestContext, Store};
use nova_rpc::{
    Address, Consumer, Endpoint, MemoryTransport, MessagingError, RpcClient, RpcServer,
    RunningServer, Target, Transport,
};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

const DEADLINE: Duration = Duration::from_secs(5);

/// A broker that lets everybody act on a message before its sender goes on.
#[derive(Default)]
struct Leisurely(MemoryTransport);

#[async_trait]
impl Transport for Leisurely {
    async fn publish(
        &self,
        to: &Address,
        body: Vec<u8>,
        expiration: Option<Duration>,
    ) -> Result<(), MessagingError> {
        self.0.publish(to, body, expiration).await?;
        sleep(Duration::from_millis(1)).await;
        Ok(())
    }

    async fn consume(&self, from: &Address) -> Result<Consumer, MessagingError> {
        self.0.consume(from).await
    }
}

fn broker() -> Arc<dyn Transport> {
    Arc::new(Leisurely::default())
}

/// A compute service with the piece in it, as long as it is kept.
async fn host(transport: &Arc<dyn Transport>, host: &str) -> RunningServer {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let target = Target::topic("compute").server(host);
    let server = RpcServer::new(Arc::clone(transport), target, "compute");
    let surroundings = Surroundings { store: &store, transport, host };
    offer(server, &surroundings).start().await.unwrap()
}

/// A host that says every second that it is here, a hundred times.
struct Stutterer(RpcClient);

impl Stutterer {
    async fn start(transport: &Arc<dyn Transport>) -> RunningServer {
        let target = Target::topic("nobody").namespace(NAMESPACE);
        let stutterer = Arc::new(Self(RpcClient::new(Arc::clone(transport), target)));
        let endpoint = Endpoint::new(stutterer, "1.0").namespace(NAMESPACE);
        let target = Target::topic("compute").server("host-1");
        RpcServer::new(Arc::clone(transport), target, "compute")
            .endpoint(endpoint.method("report", Self::report))
            .start()
            .await
            .unwrap()
    }

    async fn report(
        self: Arc<Self>,
        context: RequestContext,
        args: Report,
    ) -> Result<(), RemoteError> {
        let asker = self.0.prepare().topic(args.topic);
        for _ in 0..100 {
            asker.cast(&context, "here", &Here { host: "host-1".into() }).await?;
            sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    }
}

fn of(here: &[&str], silent: &[&str]) -> Census {
    let set = |hosts: &[&str]| hosts.iter().map(|host| (*host).to_owned()).collect();
    Census { here: set(here), silent: set(silent) }
}

/// The census, and how many seconds it took.
async fn take(transport: &Arc<dyn Transport>, expected: &[&str]) -> (Census, u64) {
    let begin = Instant::now();
    let taken = census(transport, &RequestContext::admin(), expected, DEADLINE).await.unwrap();
    (taken, begin.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn it_ends_as_soon_as_all_who_were_expected_have_answered() {
    let transport = broker();
    let _hosts = [host(&transport, "host-1").await, host(&transport, "host-2").await];
    let got = take(&transport, &["host-1", "host-2"]).await;
    rule("both are here, in no time", (of(&["host-1", "host-2"], &[]), 0), got);
}

#[tokio::test(start_paused = true)]
async fn it_ends_at_the_deadline_and_says_who_was_silent() {
    let transport = broker();
    let _hosts = [host(&transport, "host-1").await, host(&transport, "host-2").await];
    let got = take(&transport, &["host-1", "host-3"]).await;
    let expected = (of(&["host-1", "host-2"], &["host-3"]), 5);
    rule("host-2 was not expected, host-3 is waited for", expected, got);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_goes_on_talking_counts_once_and_delays_nothing() {
    let transport = broker();
    let _hosts = [Stutterer::start(&transport).await, host(&transport, "host-2").await];
    let got = take(&transport, &["host-1", "host-2", "host-3"]).await;
    let expected = (of(&["host-1", "host-2"], &["host-3"]), 5);
    rule("host-1 speaks once a second: the deadline is the deadline", expected, got);
}

#[tokio::test(start_paused = true)]
async fn two_at_the_same_time_do_not_hear_each_others_answers() {
    let transport = broker();
    let _hosts = [host(&transport, "host-1").await, host(&transport, "host-2").await];
    let expected = ["host-1", "host-2"];
    let (one, two) = tokio::join!(take(&transport, &expected), take(&transport, &expected));
    rule("one hears both", (of(&expected, &[]), 0), one);
    rule("the other hears both", (of(&expected, &[]), 0), two);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_one_question_becomes_three_answers() {
    let mut conf = Conf::default();
    conf.installed.compute_endpoints.push(offer);
    let house = House::start(conf).await;
    let context = RequestContext::admin();
    let expected = ["host-1", "host-2", "host-3"];
    let taken = census(house.cloud().transport(), &context, &expected, DEADLINE).await;
    rule("all three are here", Ok(of(&expected, &[])), taken);
    let flow = house.flow(&context.request_id).await;
    house.stop().await;
    rule("three have cast `here`", 3, flow.matches(".here").count());
    for host in expected {
        let heard = flow.contains(&format!("compute.{host} report"));
        rule_that(&format!("{host} was asked"), heard, &flow);
    }
}
