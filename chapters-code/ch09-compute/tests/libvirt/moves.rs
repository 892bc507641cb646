//! Stories of guests that get another size.

use crate::{
    alone::alone,
    desk::{Desk, GREETING},
};
use nova_compute::{Arrived, ComputeDriver, ComputeError};
use nova_objects::{Flavor, Instance, Migration, PowerState};
use std::path::PathBuf;

fn large() -> Flavor {
    Flavor::new("2", "m1.small", 64, 2, 2)
}

/// Sends the guest to another size on its own host.
async fn resized(desk: &Desk, instance: &Instance) -> (Instance, Migration) {
    let (driver, context) = (&desk.driver, &desk.context);
    let migration = Migration::new(instance, &large(), "host-1", "node");
    let disk_info =
        driver.migrate_disk_and_power_off(context, instance, "127.0.0.1", &large()).await.unwrap();
    let instance = Instance { flavor: large(), ..instance.clone() };
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
        assert!(aside(&desk, &small).exists());
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
        let refused =
            desk.driver.migrate_disk_and_power_off(&desk.context, &instance, "", &none).await;
        let reason = "Unable to resize disk down.".into();
        assert_eq!(refused, Err(ComputeError::MigrationError { reason }));
        assert_eq!(desk.state(&instance).await, PowerState::Running);
        desk.close().await;
    });
}
