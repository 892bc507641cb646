//! Stories of guests to which something happens that nobody asked Nova for.

use crate::cloud::{Cloud, options, resources, states};
use nova_compute::{ComputeDriver, ComputeService, FakeDriver, LifecycleEvent, Transition};
use nova_objects::{
    Instance, InstanceAction, NovaObject,
    PowerState::{self, *},
    Query, TaskState, Tracked, VmState,
};
use std::{sync::Arc, time::Duration};

/// A guest of an instance that is `vm_state`; somebody has made it `power_state` meanwhile.
async fn guest(cloud: &Cloud, vm_state: VmState, power_state: PowerState) -> Tracked<Instance> {
    let mut instance = cloud.built().await;
    instance.vm_state = vm_state;
    instance.save(&*cloud.store, &cloud.context).await.unwrap();
    cloud.driver.set_power_state(&instance, power_state);
    instance
}

/// Waits until the row says so.
async fn until(cloud: &Cloud, uuid: &str, expected: (&str, PowerState)) {
    for _ in 0..1000 {
        let row = cloud.row(uuid).await;
        if (states(&row).as_str(), row.power_state) == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let row = cloud.row(uuid).await;
    panic!("{uuid} is {} {:?}, not {expected:?}", states(&row), row.power_state);
}

/// Time enough for everything that is under way.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(30)).await;
}

#[tokio::test]
async fn what_nobody_asked_for_is_written_down_and_stopped_where_it_was_not_promised() {
    const EVERY: [PowerState; 6] = [NoState, Running, Paused, Shutdown, Crashed, Suspended];
    // Of each vm_state: the power states in which the guest is stopped.
    let cases = [
        (VmState::Active, &[Shutdown, Crashed, Suspended][..]),
        (VmState::Stopped, &[Running, Paused, Suspended]),
        (VmState::Paused, &[Shutdown, Crashed]),
        (VmState::Building, &[]),
        (VmState::Rescued, &[]),
        (VmState::Resized, &[]),
        (VmState::Suspended, &[]),
        (VmState::Error, &[]),
        (VmState::SoftDelete, &[]),
    ];
    for (vm_state, stopped) in cases {
        for power_state in EVERY {
            let case = format!("{vm_state} {power_state:?}");
            let cloud = Cloud::new().await;
            let instance = guest(&cloud, vm_state, power_state).await;
            cloud.manager.clone().sync_power_states().await.unwrap();
            let row = cloud.row(&instance.uuid).await;
            let after = match stopped.contains(&power_state) {
                true => ("stopped/-".to_owned(), Shutdown),
                false => (format!("{vm_state}/-"), power_state),
            };
            assert_eq!((states(&row), row.power_state), after, "{case}");
            let found = cloud.driver.get_info(&row).await.unwrap_or(NoState);
            assert_eq!(found, after.1, "{case}");
            assert_eq!(cloud.faults().await, [], "{case}");
        }
    }
}

#[tokio::test]
async fn a_stop_that_nobody_asked_for_is_an_action_like_any_other() {
    let cloud = Cloud::new().await;
    guest(&cloud, VmState::Active, Shutdown).await;
    cloud.manager.clone().sync_power_states().await.unwrap();
    let actions = InstanceAction::list(&*cloud.store, &cloud.context, Query::all()).await.unwrap();
    let [action] = &actions[..] else { panic!("one action") };
    assert_eq!((&*action.action, &action.user_id, &action.message), ("stop", &None, &None));
}

#[tokio::test]
async fn an_instance_that_nova_is_busy_with_is_left_alone() {
    let cloud = Cloud::new().await;
    let instance = guest(&cloud, VmState::Active, Shutdown).await;
    cloud.marked(&instance.uuid, TaskState::Rebooting).await;
    cloud.manager.clone().sync_power_states().await.unwrap();
    let row = cloud.row(&instance.uuid).await;
    assert_eq!((states(&row).as_str(), row.power_state), ("active/rebooting", Running));
}

#[tokio::test]
async fn a_guest_that_cannot_be_stopped_is_tried_again_and_keeps_no_other_waiting() {
    let cloud = Cloud::with(FakeDriver::new(resources()).failing("power_off", "no")).await;
    let instance = guest(&cloud, VmState::Stopped, Running).await;
    let other = guest(&cloud, VmState::Active, Paused).await;
    for passes in 1..=2 {
        cloud.manager.clone().sync_power_states().await.unwrap();
        assert_eq!(states(&cloud.row(&instance.uuid).await), "stopped/-");
        assert_eq!(cloud.row(&other.uuid).await.power_state, Paused);
        assert_eq!(cloud.faults().await.len(), passes);
    }
}

#[tokio::test]
async fn a_host_looks_at_its_guests_as_soon_as_it_starts() {
    let cloud = Cloud::new().await;
    let instance = guest(&cloud, VmState::Active, Shutdown).await;
    let service = ComputeService::start(cloud.manager.clone()).await.unwrap();
    until(&cloud, &instance.uuid, ("stopped/-", Shutdown)).await;
    service.stop().await;
}

#[tokio::test]
async fn what_happens_to_a_guest_is_heard_at_once() {
    let cloud = Cloud::new().await;
    let service = ComputeService::start(cloud.manager.clone()).await.unwrap();
    let instance = cloud.built().await;
    for (happens, after) in [
        (Paused, ("active/-", Paused)),
        (Running, ("active/-", Running)),
        (Shutdown, ("stopped/-", Shutdown)),
    ] {
        cloud.driver.set_power_state(&instance, happens);
        until(&cloud, &instance.uuid, after).await;
    }
    // Switched on behind Nova's back, it is switched off again.
    cloud.store.saved();
    cloud.driver.set_power_state(&instance, Running);
    let through = ["stopped/- host-1", "stopped/powering-off host-1", "stopped/- host-1"];
    let mut saved = Vec::new();
    while saved.len() < through.len() {
        tokio::time::sleep(Duration::from_millis(1)).await;
        saved.extend(cloud.store.saved());
    }
    assert_eq!(saved, through);
    assert_eq!(cloud.row(&instance.uuid).await.power_state, Shutdown);
    assert_eq!(cloud.driver.get_info(&instance).await, Ok(Shutdown));

    service.stop().await;
    cloud.driver.set_power_state(&instance, Running);
    pause().await;
    assert_eq!(cloud.driver.get_info(&instance).await, Ok(Running), "nobody listens any more");
}

#[tokio::test]
async fn what_nova_does_itself_is_heard_and_changes_nothing() {
    use TaskState::*;
    let story = [
        (Pausing, "pause_instance", "paused/-"),
        (Unpausing, "unpause_instance", "active/-"),
        (Suspending, "suspend_instance", "suspended/-"),
        (Resuming, "resume_instance", "active/-"),
        (PoweringOff, "stop_instance", "stopped/-"),
        (PoweringOn, "start_instance", "active/-"),
        (SoftDeleting, "soft_delete_instance", "soft-delete/-"),
        (Restoring, "restore_instance", "active/-"),
        (Deleting, "terminate_instance", "deleted/-"),
    ];
    let cloud = Cloud::new().await;
    let service = ComputeService::start(cloud.manager.clone()).await.unwrap();
    let uuid = cloud.built().await.uuid.clone();
    pause().await;
    for (task, method, after) in story {
        let args = cloud.marked(&uuid, task).await;
        cloud.store.saved();
        cloud.ask(method, args).await.unwrap();
        pause().await;
        let saved = cloud.store.saved();
        assert_eq!(saved, [format!("{after} host-1")], "{method}");
    }
    service.stop().await;
    assert_eq!(cloud.faults().await, []);
}

#[tokio::test]
async fn an_event_that_is_out_of_date_or_of_no_instance_changes_nothing() {
    let cloud = Cloud::new().await;
    let instance = cloud.built().await;
    cloud.store.saved();
    for (uuid, transition) in [
        (instance.uuid.as_str(), Transition::Stopped),
        (&instance.uuid, Transition::Paused),
        ("7e1d0a3c-0000-0000-0000-000000000000", Transition::Started),
    ] {
        let event = LifecycleEvent { uuid: uuid.to_owned(), transition };
        cloud.manager.handle_lifecycle_event(event).await;
    }
    assert_eq!(cloud.store.saved(), [""; 0]);
    assert_eq!(states(&cloud.row(&instance.uuid).await), "active/-");
}

#[tokio::test]
async fn a_guest_that_takes_its_time_keeps_no_event_of_another_waiting() {
    let slow = FakeDriver::new(resources()).delaying("power_off", Duration::from_secs(3600));
    let cloud = Cloud::start(slow, Arc::default(), options()).await;
    let service = ComputeService::start(cloud.manager.clone()).await.unwrap();
    let (slow, other) = (cloud.built().await, cloud.built().await);
    cloud.driver.set_power_state(&slow, Shutdown);
    until(&cloud, &slow.uuid, ("active/powering-off", Shutdown)).await;
    cloud.driver.set_power_state(&other, Paused);
    until(&cloud, &other.uuid, ("active/-", Paused)).await;
    service.stop().await;
}
