//! Builds on a hypervisor that fails.

use crate::house::{House, ann, fake, guest, hypervisor, states};
use nova_compute::{ComputeDriver, ComputeError, FakeDriver};
use nova_objects::{InstanceFault, NovaObject, Query, TaskState::Deleting};
use std::{error::Error, time::Duration};
use tokio::time::sleep;

pub(crate) async fn show() -> Result<(), Box<dyn Error>> {
    let song = ComputeError::ImageUnacceptable { image_id: "i".into(), reason: "a song".into() };
    let slow = || fake().delaying("spawn", Duration::from_millis(100));
    build("the spawn fails", fake().failing("spawn", "no power"), false).await?;
    build("it fails, and it was the last try", fake().failing("spawn", "no power"), true).await?;
    build("the image is no disk", fake().failing("spawn", song), false).await?;
    let stuck = fake().failing("spawn", "no power").failing("destroy", "no hands");
    build("what is left cannot be removed", stuck, false).await?;
    build("there is no room", slow(), false).await?;
    build("its owner deletes it meanwhile", slow(), false).await?;
    Ok(())
}

async fn build(story: &str, driver: FakeDriver, last: bool) -> Result<(), Box<dyn Error>> {
    let house = House::new().await?;
    let driver = hypervisor(driver);
    let host = house.host(driver.clone()).await?;
    let server = house.server().await?;
    let room = if story.contains("room") { 600.0 } else { 2048.0 };
    let args = house.sent(&server, "localhost", room, last);
    let build = tokio::spawn(host.build_and_run_instance(ann(), args));
    if story.contains("owner") {
        sleep(Duration::from_millis(50)).await;
        house.mark(&server.uuid, Deleting).await?;
    }
    build.await??;

    let row = house.row(&server.uuid).await?;
    let guest = guest(driver.get_info(&row).await.unwrap_or_default());
    println!("{story}\n  the server: {}; the guest: {guest}", states(row.vm_state, row.task_state));
    if let Some(reason) = house.scheduler.reason() {
        println!("  the scheduler is asked again: {reason}");
    }
    for fault in InstanceFault::list(&*house.rows, &ann(), Query::all()).await? {
        println!("  its fault: {}", fault.message.replace(&server.uuid, "vm"));
    }
    Ok(())
}
