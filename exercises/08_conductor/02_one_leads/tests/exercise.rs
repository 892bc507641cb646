//! The rules of this exercise.

use kit::{House, Meanwhile, rule, rule_that};
use mini_nova::Conf;
use nova_conductor::Db;
use nova_objects::{DateTime, Fields, NovaObject, RequestContext, Service, Store, Tracked};
use nova_rpc::rpcapi::ConductorAPI;
use one_leads::{NAMESPACE, lead, offer};
use serde_json::json;
use std::sync::Arc;
use tokio::task::JoinSet;

/// The seat of somebody who was seen so many seconds ago, in `store`.
async fn seat(store: &dyn Store, host: &str, seconds_ago: i64) -> Tracked<Service> {
    let last_seen_up = Some(DateTime::now().plus_seconds(-seconds_ago));
    let seat = Service { last_seen_up, ..Service::new(host, "leader", "") };
    seat.create(store, &RequestContext::admin()).await.unwrap()
}

/// A database with that seat in it.
async fn db_with(host: &str, seconds_ago: i64) -> (Arc<dyn Store>, Tracked<Service>) {
    let store: Arc<dyn Store> = Arc::new(Db::memory().await.unwrap());
    let seat = seat(&*store, host, seconds_ago).await;
    (store, seat)
}

/// What `me` is told; a text, so that an error can be shown too.
async fn told(store: &dyn Store, me: &str) -> String {
    match lead(store, &RequestContext::admin(), me).await {
        Ok(leads) => leads.to_string(),
        Err(error) => error.to_string(),
    }
}

/// What of twenty, who ask at once, those are told who are not told `false`.
async fn leaders(store: &Arc<dyn Store>) -> Vec<(String, String)> {
    let mut racers = JoinSet::new();
    for number in 0..20 {
        let (store, me) = (Arc::clone(store), format!("conductor-{number}"));
        racers.spawn(async move { (told(&*store, &me).await, me) });
    }
    let answers = racers.join_all().await.into_iter();
    answers.filter(|(told, _)| told != "false").map(|(told, me)| (me, told)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_who_ask_at_once_one_leads() {
    for _ in 0..5 {
        let (store, mut seat) = db_with("nobody", 11).await;
        let first = leaders(&store).await;
        rule_that(
            "of twenty, one is told `true`, the others `false`",
            first.len() == 1 && first[0].1 == "true",
            &first,
        );
        seat.refresh(&*store, &RequestContext::admin()).await.unwrap();
        rule("it is the one whose name is in the row", &first[0].0, &seat.host);
        let again = leaders(&store).await;
        rule("they ask again, and the same one leads", first, again);
    }
}

#[tokio::test]
async fn who_leads_stays_and_is_seen_anew() {
    let (store, mut seat) = db_with("ann", 9).await;
    rule("the seat is ann's, so she may go on", "true", told(&*store, "ann").await.as_str());
    seat.refresh(&*store, &RequestContext::admin()).await.unwrap();
    let age = seat.last_seen_up.map_or(f64::MAX, |seen| seen.seconds_from(DateTime::now()));
    rule_that("she was seen nine seconds ago, and now anew", age < 5.0, age);
    rule("ben has to wait", "false", told(&*store, "ben").await.as_str());
}

#[tokio::test]
async fn who_is_silent_loses_the_seat() {
    let (store, mut seat) = db_with("ann", 11).await;
    rule("ann is silent, ben gets the seat", "true", told(&*store, "ben").await.as_str());
    seat.refresh(&*store, &RequestContext::admin()).await.unwrap();
    rule("his name is in the row", "ben", seat.host.as_str());
    rule("ann comes back too late", "false", told(&*store, "ann").await.as_str());
}

#[tokio::test]
async fn who_is_seen_meanwhile_keeps_the_seat() {
    for (host, what) in [("ann", "ann wakes up"), ("cat", "cat is faster")] {
        let (store, mut seat) = db_with("ann", 11).await;
        let changes = json!({ "host": host, "last_seen_up": DateTime::now().to_string() });
        let changes: Fields = serde_json::from_value(changes).unwrap();
        let between = Meanwhile::new(Arc::clone(&store), "Service", &seat.key(), changes);
        rule(&format!("{what}, so ben is told"), "false", told(&between, "ben").await.as_str());
        seat.refresh(&*store, &RequestContext::admin()).await.unwrap();
        rule(&format!("{what}, and has the seat"), host, seat.host.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_one_leads() {
    let mut conf = Conf::default();
    conf.installed.conductor_endpoints.push(offer);
    let house = House::start(conf).await;
    // The seat is made as compute services make rows: the conductor is asked.
    seat(&ConductorAPI::over(house.rpc("conductor")), "nobody", 11).await;

    let context = RequestContext::admin();
    let client = house.rpc("conductor").namespace(NAMESPACE);
    let mut told = Vec::new();
    for me in ["ann", "ben", "ann"] {
        let leads = client.call::<_, bool>(&context, "lead", &json!({ "me": me })).await;
        told.push(leads.map_err(|error| error.to_string()));
    }
    let flow = house.flow(&context.request_id).await;
    house.stop().await;
    rule("ann leads, ben does not, and ann stays", vec![Ok(true), Ok(false), Ok(true)], told);
    rule_that("the flow has your method", flow.contains("conductor      lead"), &flow);
    rule_that("and your UPDATE", flow.contains("UPDATE services"), &flow);
}
