//! Many at once.

use crate::databases::databases;
use nova_conductor::Db;
use nova_objects::{
    DateTime, Filters, Flavor, Instance, MemoryStore, NovaObject, Query, RequestContext, Service,
    Store, TaskState, Tracked,
};
use nova_rpc::Heartbeat;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;

async fn building(db: &Db, name: &str) -> Tracked<Instance> {
    let flavor = Flavor::new("7", "m1.test", 64, 1, 0);
    let instance = Instance::building("p", "u", name, flavor);
    instance.create(db, &RequestContext::admin()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_who_save_in_one_state_one_wins() {
    for (db, _end) in databases().await {
        let instance = building(&db, "prize").await;
        let mut racers = JoinSet::new();
        for number in 0..50 {
            let (db, mut mine) = (db.clone(), instance.clone());
            racers.spawn(async move {
                mine.host = Some(format!("host-{number}"));
                mine.task_state = Some(TaskState::Spawning);
                let expected = [Some(TaskState::Scheduling)];
                mine.save_expecting(&db, &RequestContext::admin(), &expected).await.map(|()| mine)
            });
        }
        let (won, lost): (Vec<_>, Vec<_>) =
            racers.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 49));
        let message = format!(
            "Conflict updating instance {}. Expected: {{'task_state': [u'scheduling']}}. \
             Actual: {{'task_state': u'spawning'}}",
            instance.uuid
        );
        assert!(lost.into_iter().all(|lost| lost.unwrap_err().to_string() == message));
        let now = Instance::get(&db, &RequestContext::admin(), &instance.uuid).await.unwrap();
        assert_eq!(now.host, won[0].as_ref().unwrap().host);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_lives_at_once_all_end_well() {
    for (db, _end) in databases().await {
        let mut lives = JoinSet::new();
        for number in 0..100 {
            let db = db.clone();
            lives.spawn(async move {
                let context = RequestContext::admin();
                let mut instance = building(&db, &format!("n{number}")).await;
                for state in [Some(TaskState::Spawning), None, Some(TaskState::Deleting)] {
                    let before = instance.task_state;
                    instance.task_state = state;
                    instance.save_expecting(&db, &context, &[before]).await.unwrap();
                }
                instance.destroy(&db, &context).await.unwrap();
                instance.id
            });
        }
        let mut ids = lives.join_all().await;
        ids.sort_unstable();
        assert!(ids.into_iter().eq(1..=100));
        let left = Instance::list(&db, &RequestContext::admin(), Query::all()).await.unwrap();
        assert!(left.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_gives_up_in_the_middle_costs_nobody_a_row() {
    for (db, _end) in databases().await {
        let instance = building(&db, "survivor").await;
        for round in 0..200_u64 {
            let (db, uuid) = (db.clone(), instance.uuid.clone());
            let task = tokio::spawn(async move {
                let changes = json!({"launch_index": round}).as_object().cloned().unwrap();
                db.save(&RequestContext::admin(), "Instance", &uuid, changes, &Filters::new()).await
            });
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            task.abort();
        }
        let now = Instance::get(&db, &RequestContext::admin(), &instance.uuid).await.unwrap();
        assert!((0..200).contains(&now.launch_index));
    }
}

#[tokio::test(start_paused = true)]
async fn a_heart_beats_at_once_and_until_it_is_stopped() {
    let context = RequestContext::admin();
    let store = Arc::new(MemoryStore::default());
    let every = Duration::from_secs(10);
    let service = async || Service::get(store.as_ref(), &context, "1").await.unwrap();
    let heart =
        Heartbeat::start(store.clone(), "host-1", "nova-scheduler", "scheduler", every).await;
    assert_eq!(service().await.report_count, 1);
    tokio::time::sleep(Duration::from_secs(35)).await;
    assert_eq!(service().await.report_count, 4);
    assert!(service().await.is_up(DateTime::now(), 60.0));
    heart.stop().await;
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(service().await.report_count, 4);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_to_report_never_again_reports_once() {
    let store = Arc::new(MemoryStore::default());
    let heart = Heartbeat::start(store.clone(), "host-1", "nova-api", "api", Duration::ZERO).await;
    tokio::time::sleep(Duration::from_secs(100)).await;
    heart.stop().await;
    let service = Service::get(store.as_ref(), &RequestContext::admin(), "1").await.unwrap();
    assert_eq!(service.report_count, 1);
}
