//! Stories of guests that live as they should.

use crate::{
    alone::{alone, alone_as_nobody, processes},
    desk::{BYE, Desk, GREETING},
};
use nova_compute::{
    ComputeDriver, LibvirtOptions, Options, RebootType,
    Transition::{Paused, Resumed, Started, Stopped},
};
use nova_objects::{Instance, PowerState, VmState};
use std::{
    fs,
    time::{Duration, Instant},
};

#[test]
fn a_guest_greets_and_of_a_deleted_one_nothing_is_left() {
    alone("life::a_guest_greets_and_of_a_deleted_one_nothing_is_left", async {
        let desk = Desk::new().await;
        let instance = desk.guest(1).await;
        assert_eq!(desk.state(&instance).await, PowerState::Running);
        assert_eq!(desk.driver.list_instances().await.unwrap(), ["instance-00000001"]);
        let screen = desk.driver.get_vnc_console(&desk.context, &instance).await.unwrap();
        assert!(screen.port >= 5900, "{screen:?}");
        assert_eq!(processes(&desk.folder()).len(), 1);

        desk.destroy(&instance).await;
        assert_eq!(desk.state(&instance).await, PowerState::NoState);
        assert_eq!(desk.driver.list_instances().await.unwrap(), [""; 0]);
        assert!(processes(&desk.folder()).is_empty());
        let left: Vec<_> = fs::read_dir(desk.folder().join("instances")).unwrap().collect();
        assert_eq!(left.len(), 1, "the images that were fetched: {left:?}");
        desk.destroy(&instance).await;
        desk.close().await;
    });
}

#[test]
fn a_stop_presses_the_power_button_and_pulls_the_plug_only_of_who_does_not_listen() {
    let name = "a_stop_presses_the_power_button_and_pulls_the_plug_only_of_who_does_not_listen";
    alone(&format!("life::{name}"), async {
        let desk = Desk::new().await;
        let instance = desk.guest(1).await;
        desk.power_off(&instance, 60).await;
        assert_eq!(desk.console(&instance).await, GREETING.to_owned() + BYE);
        assert_eq!(desk.state(&instance).await, PowerState::Shutdown);
        desk.power_off(&instance, 60).await;

        desk.driver.power_on(&desk.context, &instance).await.unwrap();
        desk.until_console(&instance, GREETING).await;
        desk.power_off(&instance, 0).await;
        assert_eq!(desk.console(&instance).await, GREETING, "nobody asked it");

        let instance = desk.deaf_guest(2).await;
        let begun = Instant::now();
        desk.power_off(&instance, 2).await;
        assert!(begun.elapsed().as_secs() >= 2, "{:?}", begun.elapsed());
        assert_eq!(desk.state(&instance).await, PowerState::Shutdown);
        desk.close().await;
    });
}

#[test]
fn an_ordinary_user_has_guests_too() {
    alone_as_nobody("life::an_ordinary_user_has_guests_too", async {
        let desk = Desk::new().await;
        let instance = desk.guest(1).await;
        desk.power_off(&instance, 60).await;
        desk.driver.power_on(&desk.context, &instance).await.unwrap();
        desk.destroy(&instance).await;
        desk.close().await;
    });
}

#[test]
fn a_soft_reboot_asks_and_a_hard_one_does_not() {
    alone("life::a_soft_reboot_asks_and_a_hard_one_does_not", async {
        let mut desk = Desk::new().await;
        let instance = desk.guest(1).await;
        desk.reboot(&instance, RebootType::Soft).await;
        desk.until_console(&instance, GREETING).await;
        desk.reboot(&instance, RebootType::Hard).await;
        desk.until_console(&instance, GREETING).await;
        // A run of its own each time: it was started, and then not stopped but by us.
        for transition in [Started, Stopped, Started, Stopped, Started] {
            let (uuid, told) = loop {
                let event = desk.event().await;
                if event.1 != Resumed {
                    break event;
                }
            };
            assert_eq!((uuid, told), (instance.uuid.clone(), transition));
        }
        desk.close().await;
    });
}

#[test]
fn a_soft_reboot_of_a_guest_that_does_not_listen_becomes_a_hard_one() {
    let name = "a_soft_reboot_of_a_guest_that_does_not_listen_becomes_a_hard_one";
    alone(&format!("life::{name}"), async {
        let wait_soft_reboot_seconds = Duration::from_secs(2);
        let libvirt = LibvirtOptions { wait_soft_reboot_seconds, ..LibvirtOptions::default() };
        let mut desk = Desk::with(Options { libvirt, ..Options::default() }).await;
        let instance = desk.deaf_guest(1).await;
        while desk.event().await.1 != Started {}
        let begun = Instant::now();
        desk.reboot(&instance, RebootType::Soft).await;
        assert!(begun.elapsed() >= wait_soft_reboot_seconds, "{:?}", begun.elapsed());
        while desk.event().await.1 != Stopped {}
        while desk.event().await.1 != Started {}
        assert_eq!(desk.state(&instance).await, PowerState::Running);
        desk.close().await;
    });
}

#[test]
fn a_guest_runs_in_the_longest_path_that_is_accepted() {
    alone("life::a_guest_runs_in_the_longest_path_that_is_accepted", async {
        let folder = std::env::temp_dir();
        let room = 54 - "/libvirt".len() - folder.as_os_str().len() - 1;
        let state_path = folder.join("z".repeat(room));
        let path = Some(state_path.display().to_string());
        let desk = Desk::with(Options { state_path: path, ..Options::default() }).await;
        let instance = desk.guest(1).await;
        desk.destroy(&instance).await;
        desk.close().await;
        fs::remove_dir_all(state_path).unwrap();
    });
}

#[test]
fn a_held_guest_and_one_whose_memory_is_on_disk_go_on_where_they_were() {
    let name = "a_held_guest_and_one_whose_memory_is_on_disk_go_on_where_they_were";
    alone(&format!("life::{name}"), async {
        let mut desk = Desk::new().await;
        let instance = desk.guest(1).await;
        let (driver, context) = (desk.driver.clone(), desk.context.clone());
        while desk.event().await.1 != Started {}
        driver.pause(&instance).await.unwrap();
        assert_eq!(desk.state(&instance).await, PowerState::Paused);
        while desk.event().await.1 != Paused {}
        driver.unpause(&instance).await.unwrap();
        assert_eq!(desk.state(&instance).await, PowerState::Running);
        while desk.event().await.1 != Resumed {}

        driver.suspend(&context, &instance).await.unwrap();
        assert_eq!(desk.state(&instance).await, PowerState::Shutdown, "Nova calls it suspended");
        driver.resume(&context, &instance).await.unwrap();
        assert_eq!(desk.state(&instance).await, PowerState::Running);
        desk.power_off(&instance, 60).await;
        assert_eq!(desk.console(&instance).await, BYE, "it did not boot: it knew where it was");

        driver.power_on(&context, &instance).await.unwrap();
        desk.until_console(&instance, GREETING).await;
        driver.suspend(&context, &instance).await.unwrap();
        desk.reboot(&instance, RebootType::Hard).await;
        desk.until_console(&instance, GREETING).await;
        desk.close().await;
    });
}

#[test]
fn ten_guests_greet_at_once() {
    alone("life::ten_guests_greet_at_once", async {
        let desk = Desk::new().await;
        let ten: Vec<Instance> = (1..=10).map(|id| desk.instance(id)).collect();
        let mut tasks = tokio::task::JoinSet::new();
        for instance in ten.clone() {
            let (driver, context) = (desk.driver.clone(), desk.context.clone());
            let image = desk.image.clone();
            tasks.spawn(async move { driver.spawn(&context, &instance, &image).await });
        }
        for spawned in tasks.join_all().await {
            spawned.unwrap();
        }
        for instance in &ten {
            desk.until_console(instance, GREETING).await;
        }
        assert_eq!(processes(&desk.folder()).len(), 10);
        let resources = desk.driver.get_available_resource("").await.unwrap();
        let free = resources.disk_available_least.unwrap();
        assert!(free <= resources.local_gb - 9, "10 GiB are promised: {resources:?}");
        for instance in &ten[..5] {
            desk.destroy(instance).await;
        }
        assert_eq!(processes(&desk.folder()).len(), 5);
        desk.close().await;
    });
}

#[test]
fn an_image_of_a_guest_boots_as_the_guest_does() {
    alone("life::an_image_of_a_guest_boots_as_the_guest_does", async {
        let desk = Desk::new().await;
        let instance = desk.guest(1).await;
        let snapshot = desk.driver.snapshot(&desk.context, &instance).await.unwrap();
        assert_eq!(desk.state(&instance).await, PowerState::Running);
        assert_eq!(snapshot.disk_format, "qcow2");
        let copied = std::fs::read(&snapshot.path).unwrap();
        assert!(copied.len() < 4 << 20, "{} bytes", copied.len());
        let image = desk.image_of("qcow2", copied).await;
        let copy = desk.instance(2);
        assert_eq!(copy.vm_state, VmState::Building);
        desk.driver.spawn(&desk.context, &copy, &image).await.unwrap();
        desk.until_console(&copy, GREETING).await;
        desk.close().await;
    });
}
