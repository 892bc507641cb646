//! Stories of guests that get another size.

use crate::{
    alone::alone,
    desk::{BYE, Desk, GREETING},
};
use nova_compute::{Arrived, ComputeDriver, ComputeError};
use nova_objects::{Flavor, Instance, Migration, PowerState};
use std::{path::PathBuf, time::Duration};

const PATIENCE: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_secs(10);

fn large() -> Flavor {
    Flavor::new("2", "m1.small", 64, 2, 2)
}

/// Sends the guest to another size on its own host.
async fn resized(desk: &Desk, instance: &Instance) -> (Instance, Migration) {
    resized_to(desk, instance, large()).await
}

async fn resized_to(desk: &Desk, instance: &Instance, flavor: Flavor) -> (Instance, Migration) {
    let (driver, context) = (&desk.driver, &desk.context);
    let migration = Migration::new(instance, &flavor, "host-1", "node");
    let sent = driver
        .migrate_disk_and_power_off(context, instance, "127.0.0.1", &flavor, PATIENCE, AGAIN)
        .await;
    let disk_info = sent.unwrap();
    let instance = Instance { flavor, ..instance.clone() };
    let arrived = Arrived {
        migration: &migration,
        disk_info: &disk_info,
        image: &desk.image,
        resize_instance: true,
        power_on: true,
    };
    driver.finish_migration(context, &instance, arrived).await.unwrap();
    desk.until_console(&instance, GREETING).await;
    (instance, migration)
}

fn aside(desk: &Desk, instance: &Instance) -> PathBuf {
    desk.folder().join("instances").join(format!("{}_resize", instance.uuid))
}

#[test]
fn a_guest_that_grows_keeps_its_disk_and_can_come_back() {
    alone("moves::a_guest_that_grows_keeps_its_disk_and_can_come_back", async {
        let desk = Desk::new().await;
        let small = desk.guest(1).await;
        let (driver, context) = (desk.driver.clone(), desk.context.clone());
        let (_, _) = resized(&desk, &small).await;
        let before = std::fs::read_to_string(aside(&desk, &small).join("console.log")).unwrap();
        assert_eq!(before, GREETING.to_owned() + BYE, "it was asked to stop");
        driver.destroy(&context, &small, false).await.unwrap();
        driver.finish_revert_migration(&context, &small, true).await.unwrap();
        desk.until_console(&small, GREETING).await;
        assert!(!aside(&desk, &small).exists());

        let (large, mut migration) = resized(&desk, &small).await;
        migration.source_compute = "host-1".into();
        driver.confirm_migration(&migration, &large).await.unwrap();
        assert!(!aside(&desk, &large).exists());
        assert_eq!(desk.state(&large).await, PowerState::Running);
        desk.destroy(&large).await;
        desk.close().await;
    });
}

#[test]
fn a_guest_deleted_in_another_size_leaves_nothing_of_the_first() {
    alone("moves::a_guest_deleted_in_another_size_leaves_nothing_of_the_first", async {
        let desk = Desk::new().await;
        let small = desk.guest(1).await;
        let (large, _) = resized(&desk, &small).await;
        desk.destroy(&large).await;
        assert!(!aside(&desk, &large).exists());
        desk.close().await;
    });
}

#[test]
fn no_disk_is_made_smaller() {
    alone("moves::no_disk_is_made_smaller", async {
        let desk = Desk::new().await;
        let instance = desk.guest(1).await;
        let none = Flavor::new("0", "m1.none", 32, 1, 0);
        let refused = desk
            .driver
            .migrate_disk_and_power_off(&desk.context, &instance, "", &none, PATIENCE, AGAIN)
            .await;
        let reason = "Unable to resize disk down.".into();
        assert_eq!(refused, Err(ComputeError::MigrationError { reason }));
        assert_eq!(desk.state(&instance).await, PowerState::Running);
        desk.close().await;
    });
}

#[test]
fn a_guest_gets_the_disks_that_its_new_size_has_besides() {
    alone("moves::a_guest_gets_the_disks_that_its_new_size_has_besides", async {
        let desk = Desk::new().await;
        let mut instance = desk.guest(1).await;
        for (ephemeral_gb, swap) in [(1, 64), (2, 0)] {
            let flavor = Flavor { ephemeral_gb, swap, ..large() };
            let (resized, mut migration) = resized_to(&desk, &instance, flavor).await;
            migration.source_compute = "host-1".into();
            desk.driver.confirm_migration(&migration, &resized).await.unwrap();
            let has = |name: &str| {
                let disk = desk.folder().join("instances").join(&resized.uuid).join(name);
                let header = std::fs::read(disk).ok()?;
                Some(u64::from_be_bytes(header[24..32].try_into().unwrap()) >> 20)
            };
            let swap = u64::try_from(swap).ok().filter(|swap| *swap > 0);
            let ephemeral = u64::try_from(ephemeral_gb << 10).ok();
            assert_eq!((has("disk.local"), has("disk.swap")), (ephemeral, swap));
            instance = resized;
        }
        desk.close().await;
    });
}
