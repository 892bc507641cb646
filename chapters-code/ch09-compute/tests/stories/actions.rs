//! Stories of guests that run, stand still, are off, and run again.

use crate::cloud::{Cloud, ONE, resources, states};
use nova_compute::{ComputeDriver, FakeDriver};
use nova_objects::{
    PowerState, TaskState, VmState,
    sockets::{OneInstance, RebootInstance},
};
use serde_json::Value;
use std::time::Duration;

/// What the API does before, and the answer of the host.
async fn ask(
    cloud: &Cloud,
    uuid: &str,
    task: TaskState,
    method: &'static str,
) -> Result<(), String> {
    let OneInstance { instance } = cloud.marked(uuid, task).await;
    cloud.store.saved();
    let answer = match task {
        TaskState::Rebooting | TaskState::RebootingHard => {
            let reboot_type = if task == TaskState::Rebooting { "SOFT" } else { "HARD" };
            let args = RebootInstance { instance, reboot_type: reboot_type.into() };
            cloud.ask(method, args).await
        }
        _ => cloud.ask(method, OneInstance { instance }).await,
    };
    answer.map(|answer| assert_eq!(answer, Value::Null)).map_err(|error| error.message)
}

#[tokio::test]
async fn each_action_goes_through_its_states_and_keeps_the_room() {
    use TaskState::*;
    let cloud = Cloud::new().await;
    let uuid = cloud.built().await.uuid.clone();
    let soft = &["active/reboot_pending", "active/reboot_started", "active/-"][..];
    let hard = &["active/reboot_pending_hard", "active/reboot_started_hard", "active/-"][..];
    let from_off = &["stopped/reboot_pending_hard", "stopped/reboot_started_hard", "active/-"][..];
    let (running, off) = (PowerState::Running, PowerState::Shutdown);
    let story = [
        (Pausing, "pause_instance", &["paused/-"][..], PowerState::Paused),
        (Unpausing, "unpause_instance", &["active/-"][..], running),
        (Suspending, "suspend_instance", &["suspended/-"][..], off),
        (Resuming, "resume_instance", &["active/-"][..], running),
        (Rebooting, "reboot_instance", soft, running),
        (RebootingHard, "reboot_instance", hard, running),
        (SoftDeleting, "soft_delete_instance", &["soft-delete/-"][..], off),
        (Restoring, "restore_instance", &["active/-"][..], running),
        (PoweringOff, "stop_instance", &["stopped/-"][..], off),
        (RebootingHard, "reboot_instance", from_off, running),
    ];
    for (task, method, through, power_state) in story {
        ask(&cloud, &uuid, task, method).await.unwrap();
        let through: Vec<_> = through.iter().map(|states| format!("{states} host-1")).collect();
        assert_eq!(cloud.store.saved(), through, "{method}");
        assert_eq!(cloud.row(&uuid).await.power_state, power_state, "{method}");
        assert_eq!(cloud.used().await, ONE, "{method}");
    }
    assert!(cloud.row(&uuid).await.system_metadata.is_empty(), "nothing is left behind");
    assert_eq!(cloud.faults().await, []);
}

#[tokio::test]
async fn what_the_hypervisor_refuses_ends_as_nova_ends_it() {
    use TaskState::*;
    let cases = [
        ("pause", Pausing, "pause_instance", "active/-"),
        ("unpause", Unpausing, "unpause_instance", "active/-"),
        ("suspend", Suspending, "suspend_instance", "error/-"),
        ("resume", Resuming, "resume_instance", "error/-"),
        ("power_off", SoftDeleting, "soft_delete_instance", "active/-"),
        ("power_on", Restoring, "restore_instance", "active/-"),
    ];
    for (broken, task, method, after) in cases {
        let cloud = Cloud::with(FakeDriver::new(resources()).failing(broken, "no")).await;
        let uuid = cloud.built().await.uuid.clone();
        assert_eq!(ask(&cloud, &uuid, task, method).await, Err("no".into()));
        assert_eq!(states(&cloud.row(&uuid).await), after, "{method}");
        assert_eq!(cloud.faults().await, [(500, "no".to_owned())], "{method}");
        assert_eq!(cloud.used().await, ONE, "{method}");
    }
}

#[tokio::test]
async fn a_reboot_that_fails_harms_only_a_guest_that_does_not_run() {
    let cases = [(false, Ok(()), "active/-"), (true, Err("no".to_owned()), "error/-")];
    for (off, answer, after) in cases {
        let cloud = Cloud::with(FakeDriver::new(resources()).failing("reboot", "no")).await;
        let uuid = cloud.built().await.uuid.clone();
        if off {
            ask(&cloud, &uuid, TaskState::PoweringOff, "stop_instance").await.unwrap();
        }
        let rebooted = ask(&cloud, &uuid, TaskState::RebootingHard, "reboot_instance").await;
        assert_eq!(rebooted, answer);
        assert_eq!(states(&cloud.row(&uuid).await), after);
        assert_eq!(cloud.faults().await, [(500, "no".to_owned())]);
    }
}

#[tokio::test]
async fn a_guest_deleted_during_a_reboot_does_not_come_back() {
    let slow = FakeDriver::new(resources()).delaying("reboot", Duration::from_millis(100));
    let cloud = Cloud::with(slow).await;
    let uuid = cloud.built().await.uuid.clone();
    let rebooted = ask(&cloud, &uuid, TaskState::RebootingHard, "reboot_instance");
    let deleted = async {
        cloud.until(&uuid, Some(TaskState::RebootStartedHard)).await;
        ask(&cloud, &uuid, TaskState::Deleting, "terminate_instance").await
    };
    assert_eq!(tokio::join!(rebooted, deleted), (Ok(()), Ok(())));
    assert_eq!(states(&cloud.row(&uuid).await), "deleted/-");
    assert_eq!(cloud.driver.list_instances().await.unwrap(), [""; 0]);
    assert_eq!(cloud.faults().await, []);
}

#[tokio::test]
async fn an_action_that_comes_after_a_delete_changes_nothing() {
    use TaskState::*;
    let cases = [
        (Pausing, "pause_instance"),
        (Suspending, "suspend_instance"),
        (Rebooting, "reboot_instance"),
        (SoftDeleting, "soft_delete_instance"),
    ];
    for (task, method) in cases {
        let cloud = Cloud::new().await;
        let uuid = cloud.built().await.uuid.clone();
        let OneInstance { instance } = cloud.marked(&uuid, task).await;
        cloud.marked(&uuid, Deleting).await;
        let reboot_type = "SOFT".into();
        let late = cloud.ask(method, RebootInstance { instance, reboot_type }).await;
        assert_eq!(late.unwrap_err().class, "UnexpectedDeletingTaskStateError", "{method}");
        let row = cloud.row(&uuid).await;
        assert_eq!((row.vm_state, row.task_state), (VmState::Active, Some(Deleting)), "{method}");
        assert_eq!(cloud.faults().await, [], "{method}");
    }
}
