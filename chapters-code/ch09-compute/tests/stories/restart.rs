//! Stories of hosts that stopped in the middle of something, and start again.

use crate::cloud::{Cloud, House, options, resources, states};
use nova_compute::{ComputeDriver, FakeDriver, Options};
use nova_objects::{
    Flavor, Instance, NovaObject, PowerState, RequestContext,
    TaskState::{self, *},
    VmState::{self, *},
};
use std::sync::Arc;

/// An instance as the last run of the host left it; its guest is in `power_state`.
async fn restarted(
    vm_state: VmState,
    task_state: TaskState,
    power_state: PowerState,
) -> (Cloud, String) {
    restarted_by(FakeDriver::new(resources()), vm_state, task_state, power_state).await
}

async fn restarted_by(
    driver: FakeDriver,
    vm_state: VmState,
    task_state: TaskState,
    power_state: PowerState,
) -> (Cloud, String) {
    let [tiny, ..] = Flavor::defaults();
    let mut instance = Instance::building("demo", "alice", "vm", tiny);
    instance.host = Some("host-1".into());
    (instance.vm_state, instance.task_state) = (vm_state, Some(task_state));
    let (house, context) = (House::default(), RequestContext::admin());
    let instance = instance.create(&*house.store, &context).await.unwrap();
    driver.set_power_state(&instance, power_state);
    (Cloud::join(&house, Arc::new(driver), options()).await, instance.uuid.clone())
}

#[tokio::test]
async fn what_was_done_to_a_guest_is_ended_by_what_became_of_it() {
    use PowerState::{NoState, Paused as Still, Running, Shutdown};
    let cases = [
        (Active, RebootPending, Running, "active/-", Running),
        (Active, RebootPending, Shutdown, "active/-", Running),
        (Active, RebootStarted, Running, "active/-", Running),
        (Active, RebootStarted, Shutdown, "active/-", Running),
        (Stopped, RebootPending, Shutdown, "stopped/reboot_pending", Shutdown),
        (Paused, RebootPending, Running, "paused/reboot_pending", Running),
        (Stopped, RebootPendingHard, Shutdown, "active/-", Running),
        (Resized, RebootPendingHard, Running, "resized/reboot_pending_hard", Running),
        (Active, RebootStartedHard, Running, "active/-", Running),
        (Active, RebootStartedHard, Shutdown, "active/-", Running),
        (Active, Pausing, Running, "active/-", Running),
        (Active, Pausing, Still, "active/pausing", Still),
        (Paused, Unpausing, Running, "active/-", Running),
        (Paused, Unpausing, Still, "active/-", Running),
        (Active, ResizeMigrating, Shutdown, "active/-", Running),
        (Active, ResizeMigrating, NoState, "active/-", NoState),
        (Error, ResizeMigrating, Shutdown, "error/-", Running),
        (Active, Migrating, Running, "active/-", Running),
        (Active, ImageSnapshot, Still, "active/-", Running),
        (Active, ImageUploading, Running, "active/-", Running),
        (Paused, ImageSnapshot, Still, "paused/-", Still),
        (Suspended, Resuming, Shutdown, "suspended/resuming", Shutdown),
        (Active, PoweringOff, Running, "stopped/-", Shutdown),
        (Stopped, PoweringOn, Shutdown, "active/-", Running),
    ];
    for (vm_state, task_state, power_state, after, power_after) in cases {
        let case = format!("{vm_state}/{task_state} {power_state:?}");
        let (cloud, uuid) = restarted(vm_state, task_state, power_state).await;
        let row = cloud.row(&uuid).await;
        assert_eq!(states(&row), after, "{case}");
        let power = cloud.driver.get_info(&row).await.unwrap_or(NoState);
        assert_eq!(power, power_after, "{case}");
    }
}

#[tokio::test]
async fn what_cannot_be_ended_is_not_under_way_any_more() {
    use PowerState::{Paused as Still, Running, Shutdown};
    let cases = [
        ("power_off", Active, PoweringOff, Running, "active/-"),
        ("power_on", Stopped, PoweringOn, Shutdown, "stopped/-"),
        ("unpause", Paused, Unpausing, Still, "paused/-"),
        ("reboot", Active, RebootStartedHard, Shutdown, "error/-"),
        ("destroy", Active, Deleting, Running, "error/deleting"),
        ("destroy", Deleted, Deleting, Running, "deleted/deleting"),
    ];
    for (broken, vm_state, task_state, power_state, after) in cases {
        let driver = FakeDriver::new(resources()).failing(broken, "no");
        let (cloud, uuid) = restarted_by(driver, vm_state, task_state, power_state).await;
        assert_eq!(states(&cloud.row(&uuid).await), after, "{broken}");
    }
}

#[tokio::test]
async fn guests_that_ran_when_their_host_went_down_run_again_if_that_is_wanted() {
    use PowerState::{Crashed, NoState, Paused as Still, Running, Shutdown};
    let (yes, no) = (true, false);
    // Wanted? What the row says, what the guest does, and what both are afterwards.
    let cases = [
        (yes, (Active, Running), NoState, "active/-", Running),
        (yes, (Active, Running), Shutdown, "active/-", Running),
        (yes, (Active, Running), Crashed, "active/-", Running),
        (yes, (Active, Running), Still, "active/-", Still),
        (yes, (Resized, Running), NoState, "resized/-", Running),
        (yes, (Stopped, Shutdown), NoState, "stopped/-", NoState),
        (yes, (Paused, Still), NoState, "paused/-", NoState),
        (yes, (Error, Running), NoState, "error/-", NoState),
        (yes, (SoftDelete, Running), NoState, "soft-delete/-", NoState),
        (no, (Active, Running), NoState, "active/-", NoState),
        (no, (Active, Running), Shutdown, "active/-", Shutdown),
    ];
    for (wanted, (vm_state, was), found, after, runs) in cases {
        let case = format!("{wanted} {vm_state} {was:?} {found:?}");
        let (cloud, row) = down(vm_state, was, found, FakeDriver::new(resources()), wanted).await;
        assert_eq!(states(&cloud.row(&row.uuid).await), after, "{case}");
        assert_eq!(cloud.driver.get_info(&row).await.unwrap_or(NoState), runs, "{case}");
        assert_eq!(cloud.faults().await, [], "{case}");
    }
}

#[tokio::test]
async fn a_guest_that_does_not_run_again_is_in_error_and_says_why() {
    let broken = FakeDriver::new(resources()).failing("reboot", "no disk");
    let (ran, gone) = (PowerState::Running, PowerState::NoState);
    let (cloud, row) = down(Active, ran, gone, broken, true).await;
    assert_eq!(states(&cloud.row(&row.uuid).await), "error/-");
    assert_eq!(cloud.faults().await, [(500, "no disk".to_owned())]);
}

/// A host that went down with an instance that `was` so, and finds its guest `found`.
async fn down(
    vm_state: VmState,
    was: PowerState,
    found: PowerState,
    driver: FakeDriver,
    wanted: bool,
) -> (Cloud, Instance) {
    let [tiny, ..] = Flavor::defaults();
    let mut instance = Instance::building("demo", "alice", "vm", tiny);
    instance.host = Some("host-1".into());
    (instance.vm_state, instance.task_state, instance.power_state) = (vm_state, None, was);
    let house = House::default();
    let instance = instance.create(&*house.store, &RequestContext::admin()).await.unwrap();
    driver.set_power_state(&instance, found);
    let options = Options { resume_guests_state_on_host_boot: wanted, ..options() };
    (Cloud::join(&house, Arc::new(driver), options).await, (*instance).clone())
}
