//! What others have left half done.

use nova_conductor::{Db, Patience, PeriodicTasks};
use nova_objects::{
    DateTime, Flavor, Instance, InstanceFault, MemoryStore, NovaObject, Query, RequestContext,
    Service, Store, TaskState, Tracked, VmState,
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// A server of `seconds` on host-1, or on none, in these states.
fn server(seconds: i64, host: Option<&str>, states: (VmState, Option<TaskState>)) -> Instance {
    let instance = Instance::building("p", "u", "demo", Flavor::new("7", "m1.test", 64, 1, 0));
    let created_at = Some(DateTime::now().plus_seconds(-seconds));
    let (vm_state, task_state) = states;
    Instance { host: host.map(str::to_owned), vm_state, task_state, created_at, ..instance }
}

/// A compute service on host-1 that was last seen so many seconds ago.
async fn last_seen(store: &dyn Store, seconds: i64) -> Tracked<Service> {
    let last_seen_up = Some(DateTime::now().plus_seconds(-seconds));
    let service = Service { last_seen_up, ..Service::new("host-1", "nova-compute", "compute") };
    service.create(store, &RequestContext::admin()).await.unwrap()
}

fn start(store: &Arc<dyn Store>) -> PeriodicTasks {
    let instance_build_timeout = Duration::from_secs(60);
    PeriodicTasks::start(store, Patience { instance_build_timeout, service_down_time: 60.0 })
}

async fn row(store: &dyn Store, uuid: &str) -> Tracked<Instance> {
    let everything = RequestContext::admin().reading_deleted();
    Instance::get(store, &everything, uuid).await.unwrap()
}

/// The states in two words, `error/-`, and what the faults say.
async fn told(store: &dyn Store, uuid: &str) -> (String, Vec<String>) {
    let row = row(store, uuid).await;
    let task = row.task_state.map_or("-", TaskState::as_str);
    let faults = InstanceFault::list(store, &RequestContext::admin(), Query::all()).await.unwrap();
    let gone = if row.deleted { ", gone" } else { "" };
    let faults = faults.iter().map(|fault| fault.message.clone()).collect();
    (format!("{}/{task}{gone}", row.vm_state), faults)
}

/// What has become of `instance` after one look, if its host was seen so long ago.
async fn later(instance: Instance, seen: i64) -> (String, Vec<String>) {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let age = instance.created_at;
    let mut instance = instance.create(&*store, &RequestContext::admin()).await.unwrap();
    instance.created_at = age;
    instance.save(&*store, &RequestContext::admin()).await.unwrap();
    last_seen(&*store, seen).await;
    let tasks = start(&store);
    sleep(Duration::from_secs(1)).await;
    tasks.stop().await;
    told(&*store, &instance.uuid).await
}

#[tokio::test(start_paused = true)]
async fn who_is_in_the_making_for_too_long_is_in_error_and_says_why() {
    use TaskState::{Networking, Scheduling, Spawning};
    use VmState::{Active, Building, Error};
    let timed_out = "Instance build timed out after 60 seconds.";
    for (seconds, states, after, faults) in [
        (61, (Building, Some(Scheduling)), "error/-", 1),
        (61, (Building, None), "error/-", 1),
        (61, (Building, Some(Networking)), "error/-", 1),
        (61, (Building, Some(Spawning)), "error/-", 1),
        (50, (Building, Some(Spawning)), "building/spawning", 0),
        (61, (Active, Some(TaskState::Rebuilding)), "active/rebuilding", 0),
        (61, (Error, None), "error/-", 0),
    ] {
        let now = later(server(seconds, Some("host-1"), states), 0).await;
        assert_eq!(now, (after.to_owned(), vec![timed_out.to_owned(); faults]), "{states:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_host_was_busy_with_is_ended() {
    use TaskState::*;
    use VmState::{Active, Building, Error, Paused, Resized, SoftDelete, Stopped};
    for (states, after, faults) in [
        ((Building, Some(Spawning)), "error/-", 1),
        ((Building, None), "error/-", 1),
        ((Building, Some(Deleting)), "deleted/-, gone", 0),
        ((Active, Some(Deleting)), "deleted/-, gone", 0),
        ((Error, Some(Deleting)), "deleted/-, gone", 0),
        ((VmState::Deleted, None), "deleted/-, gone", 0),
        ((Active, Some(SoftDeleting)), "soft-delete/-", 0),
        ((SoftDelete, Some(Restoring)), "soft-delete/-", 1),
        ((Active, Some(Rebuilding)), "error/-", 1),
        ((Stopped, Some(RebuildSpawning)), "error/-", 1),
        ((Active, Some(ResizeMigrating)), "error/-", 1),
        ((Resized, Some(ResizeReverting)), "error/-", 1),
        ((Stopped, Some(ResizePrep)), "stopped/-", 1),
        ((Active, Some(PoweringOff)), "active/-", 1),
        ((Stopped, Some(PoweringOn)), "stopped/-", 1),
        ((Active, Some(RebootStartedHard)), "active/-", 1),
        ((Paused, Some(Unpausing)), "paused/-", 1),
        ((Active, Some(ImageUploading)), "active/-", 1),
        ((Active, None), "active/-", 0),
        ((Error, None), "error/-", 0),
        ((SoftDelete, None), "soft-delete/-", 0),
    ] {
        let unavailable = "Compute service of host-1 is unavailable at this time.".to_owned();
        let now = later(server(0, Some("host-1"), states), 61).await;
        assert_eq!(now, (after.to_owned(), vec![unavailable; faults]), "{states:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_has_a_host_that_lives_or_none_at_all_is_left_alone() {
    let busy = (VmState::Active, Some(TaskState::PoweringOff));
    let waiting = (VmState::Building, Some(TaskState::Scheduling));
    for (instance, seen, after) in [
        (server(0, Some("host-1"), busy), 50, "active/powering-off"),
        (server(0, Some("host-2"), busy), 61, "active/powering-off"),
        (server(0, None, waiting), 61, "building/scheduling"),
    ] {
        assert_eq!(later(instance, seen).await, (after.to_owned(), Vec::new()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_is_given_up_when_it_falls_silent_and_not_when_it_reports_again() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let context = RequestContext::admin();
    let mut service = last_seen(&*store, 0).await;
    let busy = (VmState::Active, Some(TaskState::PoweringOff));
    let instance = server(0, Some("host-1"), busy).create(&*store, &context).await.unwrap();
    let tasks = start(&store);
    sleep(Duration::from_secs(25)).await;
    assert_eq!(told(&*store, &instance.uuid).await.0, "active/powering-off");
    service.forced_down = true;
    service.save(&*store, &context).await.unwrap();
    sleep(Duration::from_secs(11)).await;
    assert_eq!(told(&*store, &instance.uuid).await.0, "active/-");
    tasks.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_conductors_end_each_thing_once() {
    let db: Arc<dyn Store> = Arc::new(Db::memory().await.unwrap());
    let context = RequestContext::admin();
    last_seen(&*db, 61).await;
    let mut servers = Vec::new();
    for states in [
        (VmState::Building, None),
        (VmState::Building, Some(TaskState::Spawning)),
        (VmState::Active, Some(TaskState::PoweringOff)),
        (VmState::Active, Some(TaskState::Deleting)),
    ] {
        for _ in 0..8 {
            let row = server(0, Some("host-1"), states).create(&*db, &context).await.unwrap();
            servers.push(row.uuid.clone());
        }
    }
    let conductors: Vec<_> = (0..8).map(|_| start(&db)).collect();
    let ended = async {
        for uuid in &servers {
            while row(&*db, uuid).await.task_state.is_some()
                || row(&*db, uuid).await.vm_state == VmState::Building
            {
                sleep(Duration::from_millis(5)).await;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.expect("all are ended");
    sleep(Duration::from_millis(200)).await;
    for conductor in conductors {
        conductor.stop().await;
    }
    let faults = InstanceFault::list(&*db, &context, Query::all()).await.unwrap();
    for (number, uuid) in servers.iter().enumerate() {
        let own = faults.iter().filter(|fault| fault.instance_uuid == *uuid).count();
        assert_eq!(own, usize::from(number < 24), "one fault, or none for who is deleted");
    }
    let gone = Instance::list(&*db, &context, Query::all()).await.unwrap();
    assert_eq!(gone.len(), 24);
}
