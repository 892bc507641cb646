//! Stories of disks: one that is written anew from an image, and one that becomes an image.

use crate::cloud::{Cloud, House, ONE, options, resources, states};
use nova_compute::FakeDriver;
use nova_objects::{
    ImageApi, ImageMeta, MemoryImages, PowerState, RemoteError,
    TaskState::{self, *},
    VmState,
    sockets::{GetConsoleOutput, OneInstance, RebuildInstance, SnapshotInstance},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

fn image(id: &str, status: &str) -> ImageMeta {
    ImageMeta { id: id.into(), status: status.into(), ..ImageMeta::default() }
}

async fn cloud(driver: FakeDriver) -> Cloud {
    let images = vec![image("jammy", "active"), image("empty", "queued")];
    let house = House { images: Arc::new(MemoryImages::of(images)), ..House::default() };
    Cloud::join(&house, Arc::new(driver), options()).await
}

async fn rebuild(cloud: &Cloud, uuid: &str, image_ref: &str) -> Result<Value, RemoteError> {
    let OneInstance { instance } = cloud.marked(uuid, Rebuilding).await;
    cloud.store.saved();
    let (image_ref, orig_image_ref) = (image_ref.into(), String::new());
    cloud.ask("rebuild_instance", RebuildInstance { instance, image_ref, orig_image_ref }).await
}

async fn snapshot(cloud: &Cloud, uuid: &str, image_id: &str) -> Result<Value, RemoteError> {
    let OneInstance { instance } = cloud.marked(uuid, ImageSnapshotPending).await;
    cloud.store.saved();
    let image_id = image_id.into();
    cloud.ask("snapshot_instance", SnapshotInstance { instance, image_id }).await
}

#[tokio::test]
async fn a_rebuilt_guest_boots_from_its_new_image_where_it_was() {
    let cloud = cloud(FakeDriver::new(resources())).await;
    let uuid = cloud.built().await.uuid.clone();
    rebuild(&cloud, &uuid, "jammy").await.unwrap();
    let through = [
        "active/rebuild_block_device_mapping host-1",
        "active/rebuild_spawning host-1",
        "active/- host-1",
    ];
    assert_eq!(cloud.store.saved(), through);
    let instance = cloud.row(&uuid).await;
    assert_eq!((instance.power_state, cloud.used().await), (PowerState::Running, ONE));
    let line = format!("{} boots from jammy\n", instance.name());
    let args = GetConsoleOutput { instance, tail_length: None };
    assert_eq!(cloud.ask("get_console_output", args).await.unwrap(), line);
}

#[tokio::test]
async fn a_rebuilt_guest_that_was_off_is_off_again() {
    let cloud = cloud(FakeDriver::new(resources())).await;
    let uuid = cloud.built().await.uuid.clone();
    let args = cloud.marked(&uuid, PoweringOff).await;
    cloud.ask("stop_instance", args).await.unwrap();
    rebuild(&cloud, &uuid, "jammy").await.unwrap();
    let through = [
        "stopped/rebuild_block_device_mapping host-1",
        "stopped/rebuild_spawning host-1",
        "active/- host-1",
        "active/powering-off host-1",
        "stopped/- host-1",
    ];
    assert_eq!(cloud.store.saved(), through);
    assert_eq!(cloud.row(&uuid).await.power_state, PowerState::Shutdown);
}

#[tokio::test]
async fn a_rebuild_that_fails_leaves_a_fault_and_an_error_if_the_guest_is_gone() {
    let good = || FakeDriver::new(resources());
    let cases = [
        (good(), "nosuch", "active/-", (404, "Image nosuch could not be found.")),
        (good().failing("destroy", "stuck"), "jammy", "error/-", (500, "stuck")),
    ];
    for (driver, image_ref, after, (code, message)) in cases {
        let cloud = cloud(driver).await;
        let uuid = cloud.built().await.uuid.clone();
        assert_eq!(rebuild(&cloud, &uuid, image_ref).await.unwrap_err().message, message);
        assert_eq!(states(&cloud.row(&uuid).await), after);
        assert_eq!(cloud.faults().await, [(code, message.to_owned())]);
        assert_eq!(cloud.used().await, ONE);
    }
}

#[tokio::test]
async fn a_snapshot_fills_an_image_and_leaves_the_guest_as_it_is() {
    let cloud = cloud(FakeDriver::new(resources())).await;
    let instance = cloud.built().await;
    snapshot(&cloud, &instance.uuid, "empty").await.unwrap();
    let through = [
        "active/image_snapshot host-1",
        "active/image_pending_upload host-1",
        "active/image_uploading host-1",
        "active/- host-1",
    ];
    assert_eq!(cloud.store.saved(), through);
    let filled = cloud.house.images.get(&cloud.context, "empty").await.unwrap().unwrap();
    let size = u64::try_from(format!("the disk of {}\n", instance.name()).len()).ok();
    assert_eq!((filled.status.as_str(), filled.size), ("active", size));
    assert_eq!(cloud.row(&instance.uuid).await.power_state, PowerState::Running);
}

#[tokio::test]
async fn a_snapshot_that_fails_leaves_no_image_behind() {
    let cloud = cloud(FakeDriver::new(resources()).failing("snapshot", "no space")).await;
    let uuid = cloud.built().await.uuid.clone();
    assert_eq!(snapshot(&cloud, &uuid, "empty").await.unwrap_err().message, "no space");
    assert_eq!(states(&cloud.row(&uuid).await), "active/-");
    assert_eq!(cloud.faults().await, [(500, "no space".to_owned())]);
    assert_eq!(cloud.house.images.get(&cloud.context, "empty").await.unwrap(), None);
}

#[tokio::test]
async fn a_guest_deleted_while_it_is_copied_is_deleted_and_its_image_too() {
    let slow = Duration::from_millis(50);
    let cloud = cloud(FakeDriver::new(resources()).delaying("snapshot", slow)).await;
    let uuid = cloud.built().await.uuid.clone();
    let copy = async { snapshot(&cloud, &uuid, "empty").await.unwrap() };
    let delete = async {
        cloud.until(&uuid, Some(TaskState::ImageSnapshot)).await;
        let args = cloud.marked(&uuid, Deleting).await;
        cloud.ask("terminate_instance", args).await.unwrap();
    };
    tokio::join!(copy, delete);
    assert_eq!(cloud.row(&uuid).await.vm_state, VmState::Deleted);
    assert_eq!(cloud.house.images.get(&cloud.context, "empty").await.unwrap(), None);
}
