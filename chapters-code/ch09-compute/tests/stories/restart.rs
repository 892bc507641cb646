//! Stories of hosts that stopped in the middle of something, and start again.

use crate::cloud::{Cloud, House, options, resources, states};
use nova_compute::{ComputeDriver, FakeDriver, RebootType};
use nova_objects::{
    Flavor, ImageMeta, Instance, NovaObject, PowerState, RequestContext,
    TaskState::{self, *},
    VmState::{self, *},
};
use std::{sync::Arc, time::Duration};

/// An instance as the last run of the host left it; its guest is in `power_state`.
async fn restarted(
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
    let driver = Arc::new(FakeDriver::new(resources()));
    driver.spawn(&context, &instance, &ImageMeta::default()).await.unwrap();
    match power_state {
        PowerState::Paused => driver.pause(&instance).await.unwrap(),
        PowerState::Shutdown => {
            driver.power_off(&instance, Duration::ZERO, Duration::ZERO).await.unwrap();
        }
        PowerState::NoState => driver.destroy(&context, &instance, true).await.unwrap(),
        _ => driver.reboot(&context, &instance, RebootType::Hard).await.unwrap(),
    }
    (Cloud::join(&house, driver, options()).await, instance.uuid.clone())
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
        (Stopped, RebootPendingHard, Shutdown, "active/-", Running),
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
