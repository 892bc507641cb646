//! Stories of instances that are deleted, and whose guests are still there.

use crate::cloud::{Cloud, IDLE, ONE, Recording, options, resources, states};
use nova_compute::{
    ComputeDriver, FakeDriver, Options,
    RunningDeletedInstanceAction::{self, *},
};
use nova_objects::{DateTime, Instance, PowerState, TaskState, Tracked, VmState};
use std::{sync::Arc, time::Duration};

/// An instance that was put away so many seconds ago.
async fn put_away(cloud: &Cloud, seconds: i64, task: Option<TaskState>) -> Tracked<Instance> {
    let mut instance = cloud.built().await;
    cloud.driver.set_power_state(&instance, PowerState::Shutdown);
    (instance.vm_state, instance.task_state) = (VmState::SoftDelete, task);
    instance.deleted_at = Some(DateTime::now().plus_seconds(-seconds));
    instance.save(&*cloud.store, &cloud.context).await.unwrap();
    instance
}

async fn start(driver: FakeDriver, options: Options) -> Cloud {
    Cloud::start(driver, Arc::<Recording>::default(), options).await
}

#[tokio::test]
async fn what_was_put_away_is_deleted_when_it_cannot_be_restored_any_more() {
    let cases = [
        (60, 61, None, "deleted/-"),
        (60, 30, None, "soft-delete/-"),
        (60, 61, Some(TaskState::Restoring), "soft-delete/restoring"),
        (0, 61, None, "soft-delete/-"),
        (-1, 61, None, "soft-delete/-"),
    ];
    for (interval, seconds, task, after) in cases {
        let options = Options { reclaim_instance_interval: interval, ..options() };
        let cloud = start(FakeDriver::new(resources()), options).await;
        let instance = put_away(&cloud, seconds, task).await;
        cloud.manager.reclaim_queued_deletes().await.unwrap();
        let row = cloud.row(&instance.uuid).await;
        let gone = after == "deleted/-";
        assert_eq!((states(&row).as_str(), row.deleted), (after, gone), "{interval} {seconds}");
        assert_eq!(cloud.driver.list_instances().await.unwrap().is_empty(), gone);
        assert_eq!(cloud.used().await, if gone { IDLE } else { ONE });
    }
}

#[tokio::test]
async fn what_cannot_be_reclaimed_waits_for_the_next_time() {
    let options = Options { reclaim_instance_interval: 60, ..options() };
    let cloud = start(FakeDriver::new(resources()).failing("destroy", "stuck"), options).await;
    let instance = put_away(&cloud, 61, None).await;
    cloud.manager.reclaim_queued_deletes().await.unwrap();
    assert_eq!(states(&cloud.row(&instance.uuid).await), "soft-delete/-");
}

#[tokio::test]
async fn a_guest_that_outlives_its_row_is_dealt_with_as_the_options_say() {
    let (running, off) = (PowerState::Running, PowerState::Shutdown);
    let cases = [(Noop, 0, running), (Log, 0, running), (Shutdown, 0, off), (Reap, 3600, running)];
    for (action, timeout, after) in cases {
        let (cloud, instance) = outlived(action, timeout).await;
        cloud.manager.cleanup_running_deleted_instances().await.unwrap();
        let found = cloud.driver.get_info(&instance).await;
        assert_eq!(found, Ok(after), "{action}");
    }
    let (cloud, instance) = outlived(Reap, 0).await;
    let other = cloud.built().await;
    cloud.manager.cleanup_running_deleted_instances().await.unwrap();
    assert_eq!(cloud.driver.list_instances().await.unwrap(), [other.name()]);
    assert!(cloud.row(&instance.uuid).await.deleted);
}

/// A guest that runs; the API has deleted its row without its host.
async fn outlived(
    action: RunningDeletedInstanceAction,
    timeout: u64,
) -> (Cloud, Tracked<Instance>) {
    let options = Options {
        running_deleted_instance_action: action,
        running_deleted_instance_timeout: Duration::from_secs(timeout),
        ..options()
    };
    let cloud = start(FakeDriver::new(resources()), options).await;
    let instance = cloud.built().await;
    instance.destroy(&*cloud.store, &cloud.context).await.unwrap();
    (cloud, instance)
}
