//! Stories of instances that are built, or not.

use crate::cloud::{Cloud, IDLE, ONE, options, request, resources, states};
use nova_compute::{ComputeDriver, ComputeError, FakeDriver, Options};
use nova_objects::{
    InstanceActionEvent, InstanceGroup, NovaObject, PowerState, Query, Retry, TaskState, VmState,
};
use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

#[tokio::test]
async fn a_build_is_seen_in_each_of_its_states() {
    let cloud = Cloud::new().await;
    let instance = cloud.built().await;
    assert_eq!(
        cloud.store.saved(),
        [
            "building/- nowhere",
            "building/- host-1",
            "building/networking host-1",
            "building/block_device_mapping host-1",
            "building/spawning host-1",
            "active/- host-1",
        ]
    );
    assert_eq!(instance.power_state, PowerState::Running);
    assert_eq!(instance.launched_on.as_deref(), Some("host-1"));
    assert_eq!(instance.node.as_deref(), Some("host-1"));
    assert!(instance.launched_at.is_some());
    assert_eq!(cloud.used().await, ONE);
    assert_eq!(cloud.driver.list_instances().await.unwrap(), [instance.name()]);
    let events = InstanceActionEvent::list(&*cloud.store, &cloud.context, Query::all()).await;
    let [event] = &events.unwrap()[..] else { panic!("one step") };
    assert_eq!(event.event, "compute__do_build_and_run_instance");
    assert_eq!(event.result.as_deref(), Some("Success"));
    assert!(event.finish_time >= event.start_time);
}

#[tokio::test]
async fn a_guest_that_cannot_be_spawned_goes_back_to_the_scheduler() {
    let broken = FakeDriver::new(resources()).failing("spawn", "the disk is on fire");
    let cloud = Cloud::with(broken).await;
    let instance = cloud.built().await;
    assert_eq!(states(&instance), "building/scheduling");
    assert_eq!((&instance.host, &instance.node, &instance.launched_on), (&None, &None, &None));
    assert_eq!(cloud.scheduler.reasons(), ["the disk is on fire"]);
    let asked = cloud.scheduler.asked.lock().unwrap()[0].clone();
    assert_eq!(asked.instances[0].uuid, instance.uuid);
    assert_eq!(asked.request_spec.num_instances, 1, "the others are somebody else's business");
    assert_eq!(asked.filter_properties.retry.unwrap().num_attempts, 1, "the scheduler counts");
    assert_eq!(cloud.used().await, IDLE);
    assert_eq!(cloud.faults().await, []);
}

/// The scheduler keeps policies as far as it sees; what it could not see, the host does.
#[tokio::test]
async fn members_of_a_group_that_come_at_once_are_not_kept_against_its_policy() {
    let apart = "Anti-affinity instance group policy was violated.";
    let together = "Affinity instance group policy was violated.";
    for (policy, other, reasons) in [
        ("anti-affinity", Some("host-1"), &[apart][..]),
        ("anti-affinity", Some("host-2"), &[]),
        ("anti-affinity", None, &[]),
        ("affinity", Some("host-1"), &[]),
        ("affinity", Some("host-2"), &[together]),
        ("soft-anti-affinity", Some("host-1"), &[]),
    ] {
        let cloud = Cloud::new().await;
        let instance = cloud.instance().await;
        let mut neighbour = cloud.instance().await;
        neighbour.host = other.map(str::to_owned);
        neighbour.save(&*cloud.store, &cloud.context).await.unwrap();
        let mut group = InstanceGroup::new("demo", "alice", "g", vec![policy.into()]);
        group.members = vec![neighbour.uuid.clone(), instance.uuid.clone()];
        let group = group.create(&*cloud.store, &cloud.context).await.unwrap();
        let mut args = request(&instance, Some(Retry { num_attempts: 1, ..Retry::default() }));
        let hint = ("group".to_owned(), vec![group.uuid.clone()]);
        args.filter_properties.scheduler_hints = [hint].into();
        cloud.manager.clone().build_and_run_instance(cloud.context.clone(), args).await.unwrap();
        assert_eq!(cloud.scheduler.reasons(), reasons, "{policy} {other:?}");
        let row = cloud.row(&instance.uuid).await;
        let fate = if reasons.is_empty() { "active/-" } else { "building/scheduling" };
        assert_eq!(states(&row), fate);
        assert_eq!(cloud.used().await, if reasons.is_empty() { ONE } else { IDLE });
    }
}

#[tokio::test]
async fn a_build_that_fails_ends_where_nobody_can_help() {
    let image = ComputeError::ImageUnacceptable { image_id: "i".into(), reason: "torn".into() };
    let unusable = || FakeDriver::new(resources()).failing("spawn", image.clone());
    let stuck = || FakeDriver::new(resources()).failing("spawn", "a").failing("destroy", "b");
    let broken = || FakeDriver::new(resources()).failing("spawn", "no power");
    let cases = [
        ("without a second try", broken(), false, "no power".to_owned()),
        ("a bad image", unusable(), true, "aborted: Image i is unacceptable: torn".to_owned()),
        ("a guest that stays", stuck(), true, "aborted: a".to_owned()),
    ];
    for (case, driver, retries, message) in cases {
        let cloud = Cloud::with(driver).await;
        let instance = cloud.instance().await;
        let args = request(&instance, retries.then(Default::default));
        let built = cloud.manager.clone().build_and_run_instance(cloud.context.clone(), args);
        built.await.unwrap();
        let instance = cloud.row(&instance.uuid).await;
        assert_eq!((states(&instance).as_str(), &instance.host), ("error/-", &None), "{case}");
        let message =
            message.replace("aborted", &format!("Build of instance {} aborted", instance.uuid));
        assert_eq!(cloud.faults().await, [(500, message)], "{case}");
        assert!(cloud.scheduler.reasons().is_empty(), "{case}");
        assert_eq!(cloud.used().await, IDLE, "{case}");
    }
}

#[tokio::test]
async fn an_instance_that_the_scheduler_cannot_be_told_of_is_in_error() {
    let cloud = Cloud::with(FakeDriver::new(resources()).failing("spawn", "no power")).await;
    cloud.scheduler.deaf.store(true, Ordering::Relaxed);
    let instance = cloud.built().await;
    assert_eq!(states(&instance), "error/-");
    assert_eq!(cloud.faults().await, [(500, "nobody listens".to_owned())]);
}

#[tokio::test]
async fn a_build_for_a_hypervisor_of_somebody_else_is_sent_back() {
    let cloud = Cloud::new().await;
    let mut args = request(&cloud.instance().await, Some(Default::default()));
    args.node = "host-2".into();
    cloud.manager.clone().build_and_run_instance(cloud.context.clone(), args).await.unwrap();
    let reason = "host-2 is not a valid node managed by this compute host.";
    assert_eq!(cloud.scheduler.reasons(), [reason]);
}

/// The scheduler promised all of them the same room: the claims tell who gets it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_builds_at_once_exactly_as_many_succeed_as_fit() {
    let slow = FakeDriver::new(resources()).delaying("spawn", Duration::from_millis(5));
    let cloud = Cloud::with(slow).await;
    let mut builds = JoinSet::new();
    let mut uuids = Vec::new();
    for _ in 0..50 {
        let instance = cloud.instance().await;
        let args = request(&instance, Some(Default::default()));
        builds.spawn(cloud.manager.clone().build_and_run_instance(cloud.context.clone(), args));
        uuids.push(instance.uuid.clone());
    }
    for built in builds.join_all().await {
        built.unwrap();
    }
    let mut active = 0;
    for uuid in uuids {
        let row = cloud.row(&uuid).await;
        match states(&row).as_str() {
            "active/-" => active += 1,
            other => assert_eq!((other, &row.host), ("building/scheduling", &None)),
        }
    }
    assert_eq!(active, 10);
    assert_eq!(cloud.used().await, (5632, 10, 10, 10));
    assert_eq!(cloud.driver.list_instances().await.unwrap().len(), 10);
    let reasons = cloud.scheduler.reasons();
    assert_eq!(reasons.len(), 40);
    let full = "Insufficient compute resources: Free memory 0.00 MB < requested 512 MB; \
                Free disk 0.00 GB < requested 1 GB.";
    assert!(reasons.iter().all(|reason| reason == full), "{reasons:?}");
}

#[tokio::test]
async fn a_guest_deleted_while_it_is_spawned_is_removed_without_a_word() {
    let slow = FakeDriver::new(resources()).delaying("spawn", Duration::from_millis(50));
    let cloud = Cloud::with(slow).await;
    let instance = cloud.instance().await;
    let build = async {
        cloud.build(&instance).await;
        assert!(cloud.driver.list_instances().await.unwrap().is_empty(), "the build cleans up");
    };
    let delete = async {
        cloud.until(&instance.uuid, Some(TaskState::Spawning)).await;
        let args = cloud.marked(&instance.uuid, TaskState::Deleting).await;
        cloud.manager.clone().terminate_instance(cloud.context.clone(), args).await.unwrap();
    };
    tokio::join!(build, delete);
    let row = cloud.row(&instance.uuid).await;
    assert_eq!((states(&row).as_str(), row.deleted), ("deleted/-", true));
    assert_eq!(cloud.faults().await, []);
    assert!(cloud.scheduler.reasons().is_empty());
    assert_eq!(cloud.used().await, IDLE);
}

#[tokio::test]
async fn a_build_whose_row_is_gone_or_taken_is_none() {
    let cloud = Cloud::new().await;
    let gone = cloud.instance().await;
    gone.destroy(&*cloud.store, &cloud.context).await.unwrap();
    cloud.build(&gone).await;
    let taken = cloud.instance().await;
    cloud.marked(&taken.uuid, TaskState::Deleting).await;
    cloud.build(&taken).await;
    assert_eq!(states(&cloud.row(&taken.uuid).await), "building/deleting");
    assert!(cloud.driver.list_instances().await.unwrap().is_empty());
    assert_eq!((cloud.faults().await, cloud.used().await), (vec![], IDLE));
}

/// As the conductor does with a server that takes too long, at each moment of its making.
#[tokio::test]
async fn a_build_that_was_given_up_meanwhile_leaves_no_guest_and_no_life() {
    for task_state in [Some(TaskState::Scheduling), Some(TaskState::Spawning)] {
        let slow = FakeDriver::new(resources()).delaying("spawn", Duration::from_millis(50));
        let cloud = Cloud::with(slow).await;
        let instance = cloud.instance().await;
        let give_up = async {
            cloud.until(&instance.uuid, task_state).await;
            let mut row = cloud.row(&instance.uuid).await;
            (row.vm_state, row.task_state) = (VmState::Error, None);
            row.save(&*cloud.store, &cloud.context).await.unwrap();
        };
        let build = async {
            if task_state == Some(TaskState::Scheduling) {
                cloud.until(&instance.uuid, None).await;
            }
            cloud.build(&instance).await;
        };
        tokio::join!(give_up, build);
        assert_eq!(states(&cloud.row(&instance.uuid).await), "error/-");
        assert!(cloud.driver.list_instances().await.unwrap().is_empty());
        assert!(cloud.scheduler.reasons().is_empty());
        assert_eq!(cloud.used().await, IDLE);
    }
}

#[tokio::test]
async fn a_message_that_comes_twice_builds_once() {
    let cloud = Cloud::new().await;
    let instance = cloud.instance().await;
    cloud.build(&instance).await;
    cloud.build(&instance).await;
    assert_eq!(states(&cloud.row(&instance.uuid).await), "active/-");
    assert_eq!(cloud.used().await, ONE);
}

#[tokio::test]
async fn builds_wait_for_each_other_where_the_options_say_so() {
    let spawning = Duration::from_millis(20);
    for (max_concurrent_builds, spawnings) in [(1, 4), (2, 2), (0, 1)] {
        let slow = FakeDriver::new(resources()).delaying("spawn", spawning);
        let options = Options { max_concurrent_builds, ..options() };
        let cloud = Cloud::start(slow, Default::default(), options).await;
        let mut builds = JoinSet::new();
        let began = Instant::now();
        for _ in 0..4 {
            let args = request(&cloud.instance().await, None);
            builds.spawn(cloud.manager.clone().build_and_run_instance(cloud.context.clone(), args));
        }
        builds.join_all().await;
        assert!(began.elapsed() >= spawnings * spawning, "{max_concurrent_builds}");
        assert_eq!(cloud.used().await.3, 4);
    }
}
