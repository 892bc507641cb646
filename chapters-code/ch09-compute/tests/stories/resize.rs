//! Stories of guests that change their size, and mostly their host.

use crate::cloud::{Cloud, House, IDLE, options, resources, states};
use nova_compute::{ComputeDriver, FakeDriver, Options, Resources};
use nova_objects::{
    FilterProperties, Flavor, ImageMeta, Instance, Limits, Migration, NovaObject, PowerState,
    Query, RequestSpec, Retry,
    TaskState::{self, *},
    Tracked,
    sockets::{MigratedInstance, OneInstance, PrepResize},
};
use std::{sync::Arc, time::Duration};

type Used = (i64, i64, i64, i64);

/// What a host has promised that has or expects a guest of the small size, or of the large one.
const SMALL: Used = (1024, 1, 1, 1);
const ROOM_FOR_SMALL: Used = (1024, 1, 1, 0);
const LARGE: Used = (2560, 3, 2, 1);
const ROOM_FOR_LARGE: Used = (2560, 3, 2, 0);
const BOTH: Used = (3072, 4, 3, 1);

fn small() -> Flavor {
    Flavor { id: 1, ..Flavor::new("1", "m1.tiny", 512, 1, 1) }
}

fn large() -> Flavor {
    Flavor { id: 2, ..Flavor::new("2", "m1.large", 2048, 2, 3) }
}

/// Two hosts, `host-1` and `host-2`, and a small guest on the first.
struct Two {
    one: Cloud,
    two: Cloud,
    uuid: String,
}

impl Two {
    async fn with(first: FakeDriver, second: FakeDriver) -> Self {
        let house = House::default();
        let one = Cloud::join(&house, Arc::new(first), options()).await;
        let other = Options { host: "host-2".into(), ..options() };
        let two = Cloud::join(&house, Arc::new(second), other).await;
        let instance = Instance::building("demo", "alice", "vm", small());
        let instance = instance.create(&*house.store, &one.context).await.unwrap();
        one.build(&instance).await;
        Self { one, two, uuid: instance.uuid.clone() }
    }

    async fn new() -> Self {
        Self::with(first(), second()).await
    }

    /// Has the guest sent to `to`, as the scheduler would, and waits for what comes of it.
    async fn resize(&self, to: &Cloud, retry: Option<Retry>) {
        let OneInstance { instance } = self.one.marked(&self.uuid, ResizePrep).await;
        self.one.store.saved();
        let args = wish(instance, retry);
        let _ = to.ask("prep_resize", args).await;
        if self.one.scheduler.resizes.lock().unwrap().is_empty() {
            self.one.until(&self.uuid, None).await;
        }
    }

    async fn answer(&self, task: TaskState, of: &Cloud, method: &'static str) {
        let OneInstance { instance } = self.one.marked(&self.uuid, task).await;
        self.one.store.saved();
        let args = MigratedInstance { instance, migration: self.migration().await };
        let _ = of.ask(method, args).await;
        self.one.until(&self.uuid, None).await;
    }

    async fn migration(&self) -> Tracked<Migration> {
        let all = Query::all().descending("id");
        Migration::find(&*self.one.store, &self.one.context, all).await.unwrap().unwrap()
    }

    async fn row(&self) -> Tracked<Instance> {
        self.one.row(&self.uuid).await
    }

    async fn used(&self) -> [Used; 2] {
        [self.one.used().await, self.two.used().await]
    }

    /// Waits until the hosts have promised so much, for a row may change before a host is quite
    /// done. It has to be what the rows say, counted anew.
    async fn promised(&self, expected: [Used; 2]) {
        for _ in 0..1000 {
            if self.used().await == expected {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(self.used().await, expected);
        self.recounted(expected).await;
    }

    async fn recounted(&self, expected: [Used; 2]) {
        for host in [&self.one, &self.two] {
            host.manager.update_available_resource().await.unwrap();
        }
        assert_eq!(self.used().await, expected, "counted anew");
    }

    async fn stop(&self) {
        let args = self.one.marked(&self.uuid, PoweringOff).await;
        self.one.ask("stop_instance", args).await.unwrap();
    }
}

fn first() -> FakeDriver {
    FakeDriver::new(resources())
}

fn second() -> FakeDriver {
    FakeDriver::new(Resources { hypervisor_hostname: "node-2".into(), ..resources() })
}

fn wish(instance: Tracked<Instance>, retry: Option<Retry>) -> PrepResize {
    let request_spec = RequestSpec {
        project_id: "demo".into(),
        flavor: large(),
        image: ImageMeta::default(),
        num_instances: 1,
        availability_zone: None,
    };
    let limits = Limits { memory_mb: Some(5632.0), disk_gb: Some(10.0), vcpu: None };
    let filter_properties = FilterProperties { retry, limits, ..FilterProperties::default() };
    PrepResize { instance, flavor: large(), request_spec, filter_properties }
}

#[tokio::test]
async fn a_resized_guest_runs_elsewhere_and_both_hosts_keep_its_room() {
    let cloud = Two::new().await;
    cloud.resize(&cloud.two, None).await;
    let through = [
        "active/resize_prep host-1",
        "active/resize_migrating host-1",
        "active/resize_migrated host-2",
        "active/resize_finish host-2",
        "resized/- host-2",
    ];
    assert_eq!(cloud.one.store.saved(), through);
    let row = cloud.row().await;
    assert_eq!((row.flavor.name.as_str(), row.memory_mb), ("m1.large", 2048));
    assert_eq!(row.old_flavor.as_ref().map(|flavor| flavor.name.as_str()), Some("m1.tiny"));
    assert_eq!((row.node.as_deref(), row.power_state), (Some("node-2"), PowerState::Running));
    let migration = cloud.migration().await;
    assert_eq!((&*migration.status, &*migration.migration_type), ("finished", "resize"));
    assert_eq!((&*migration.source_compute, &*migration.dest_compute), ("host-1", "host-2"));
    assert_eq!(
        (&*migration.dest_node, migration.dest_host.as_deref()),
        ("node-2", Some("127.0.0.1"))
    );
    cloud.promised([ROOM_FOR_SMALL, LARGE]).await;
}

#[tokio::test]
async fn a_confirmed_guest_stays_and_its_old_host_is_free_of_it() {
    for (off, after) in [(false, "active/-"), (true, "stopped/-")] {
        let cloud = Two::new().await;
        if off {
            cloud.stop().await;
        }
        cloud.resize(&cloud.two, None).await;
        assert_eq!(states(&cloud.row().await), "resized/-");
        cloud.answer(ResizeConfirming, &cloud.one, "confirm_resize").await;
        let row = cloud.row().await;
        assert_eq!((states(&row).as_str(), row.flavor.name.as_str()), (after, "m1.large"));
        assert_eq!((&row.old_flavor, &row.new_flavor), (&None, &None));
        assert!(row.system_metadata.is_empty());
        assert_eq!(cloud.migration().await.status, "confirmed");
        cloud.promised([IDLE, LARGE]).await;
        let args = MigratedInstance { instance: row, migration: cloud.migration().await };
        cloud.one.ask("confirm_resize", args).await.expect("it is confirmed: all is well");
        assert_eq!(states(&cloud.row().await), after);
        cloud.promised([IDLE, LARGE]).await;
    }
}

#[tokio::test]
async fn a_reverted_guest_is_what_it_was_where_it_was() {
    for (off, after, power_state) in
        [(false, "active/-", PowerState::Running), (true, "stopped/-", PowerState::Shutdown)]
    {
        let cloud = Two::new().await;
        if off {
            cloud.stop().await;
        }
        cloud.resize(&cloud.two, None).await;
        cloud.answer(ResizeReverting, &cloud.two, "revert_resize").await;
        let row = cloud.row().await;
        assert_eq!((states(&row).as_str(), row.power_state), (after, power_state));
        assert_eq!((row.host.as_deref(), row.node.as_deref()), (Some("host-1"), Some("host-1")));
        assert_eq!((row.flavor.name.as_str(), row.memory_mb), ("m1.tiny", 512));
        assert_eq!((&row.old_flavor, &row.new_flavor), (&None, &None));
        assert!(row.system_metadata.is_empty());
        assert_eq!(cloud.migration().await.status, "reverted");
        cloud.promised([SMALL, IDLE]).await;
    }
}

#[tokio::test]
async fn a_guest_that_changes_its_size_where_it_is_takes_both_sizes_meanwhile() {
    let answers = [
        (ResizeConfirming, "confirm_resize", "m1.large", LARGE),
        (ResizeReverting, "revert_resize", "m1.tiny", SMALL),
    ];
    for (task, method, flavor, used) in answers {
        let cloud = Two::new().await;
        cloud.resize(&cloud.one, None).await;
        cloud.promised([BOTH, IDLE]).await;
        cloud.answer(task, &cloud.one, method).await;
        let row = cloud.row().await;
        assert_eq!((states(&row).as_str(), row.flavor.name.as_str()), ("active/-", flavor));
        cloud.promised([used, IDLE]).await;
    }
}

#[tokio::test]
async fn rooms_are_counted_at_each_step_as_the_rows_say() {
    let slow = Duration::from_millis(60);
    let first = first().delaying("migrate_disk_and_power_off", slow);
    let first = first.delaying("finish_revert_migration", slow);
    let cloud = Two::with(first, second().delaying("finish_migration", slow)).await;
    let resize = cloud.resize(&cloud.two, None);
    let watch = async {
        cloud.one.until(&cloud.uuid, Some(ResizeMigrating)).await;
        cloud.promised([SMALL, ROOM_FOR_LARGE]).await;
        cloud.one.until(&cloud.uuid, Some(ResizeFinish)).await;
        cloud.promised([ROOM_FOR_SMALL, LARGE]).await;
    };
    tokio::join!(resize, watch);
    let revert = cloud.answer(ResizeReverting, &cloud.two, "revert_resize");
    let watch = async {
        cloud.promised([SMALL, IDLE]).await;
        cloud.one.until(&cloud.uuid, None).await;
    };
    tokio::join!(revert, watch);
    cloud.promised([SMALL, IDLE]).await;
}

#[tokio::test]
async fn a_host_without_room_asks_for_another_one_or_gives_up() {
    let full = "Insufficient compute resources: Free memory 512.00 MB < requested 2048 MB.";
    for (retry, after) in [(Some(Retry::default()), "active/resize_prep"), (None, "error/-")] {
        let cloud = Two::new().await;
        let OneInstance { instance } = cloud.one.marked(&cloud.uuid, ResizePrep).await;
        let mut args = wish(instance, retry.clone());
        args.filter_properties.limits.memory_mb = Some(1024.0);
        let answer = cloud.two.ask("prep_resize", args).await;
        assert_eq!(answer.is_ok(), retry.is_some());
        assert_eq!(states(&cloud.row().await), after);
        assert_eq!(cloud.one.faults().await, [(400, full.to_owned())]);
        let asked = cloud.one.scheduler.resizes.lock().unwrap().clone();
        let reasons = asked.into_iter().filter_map(|args| args.filter_properties.retry?.exc_reason);
        let expected: &[&str] = if retry.is_some() { &[full] } else { &[] };
        assert_eq!(reasons.collect::<Vec<_>>(), expected);
        cloud.promised([SMALL, IDLE]).await;
    }
}

#[tokio::test]
async fn a_guest_of_the_same_size_does_not_move_to_where_it_is() {
    let cloud = Two::new().await;
    let OneInstance { instance } = cloud.one.marked(&cloud.uuid, ResizePrep).await;
    let args = PrepResize { flavor: small(), ..wish(instance, None) };
    let answer = cloud.one.ask("prep_resize", args).await;
    assert_eq!(answer.unwrap_err().class, "UnableToMigrateToSelf");
}

#[tokio::test]
async fn a_step_that_fails_leaves_an_error_and_rooms_that_the_next_count_gives_back() {
    let cases = [
        (first().failing("migrate_disk_and_power_off", "torn"), second(), [SMALL, IDLE]),
        (first(), second().failing("finish_migration", "torn"), [IDLE, SMALL]),
    ];
    for (first, second, after) in cases {
        let cloud = Two::with(first, second).await;
        cloud.resize(&cloud.two, None).await;
        let row = cloud.row().await;
        assert_eq!((states(&row).as_str(), row.flavor.name.as_str()), ("error/-", "m1.tiny"));
        assert_eq!(cloud.migration().await.status, "error");
        assert_eq!(cloud.one.faults().await, [(500, "torn".to_owned())]);
        cloud.recounted(after).await;
    }
}

#[tokio::test]
async fn an_answer_that_fails_is_an_error_with_a_fault() {
    let cases = [
        (first().failing("confirm_migration", "torn"), second(), ResizeConfirming),
        (first(), second().failing("destroy", "torn"), ResizeReverting),
        (first().failing("finish_revert_migration", "torn"), second(), ResizeReverting),
    ];
    for (first, second, task) in cases {
        let cloud = Two::with(first, second).await;
        cloud.resize(&cloud.two, None).await;
        match task {
            ResizeConfirming => cloud.answer(task, &cloud.one, "confirm_resize").await,
            _ => cloud.answer(task, &cloud.two, "revert_resize").await,
        }
        assert_eq!(states(&cloud.row().await), "error/-");
        assert_eq!(cloud.one.faults().await, [(500, "torn".to_owned())]);
    }
}

#[tokio::test]
async fn a_guest_deleted_on_its_way_goes_no_further() {
    let slow = first().delaying("migrate_disk_and_power_off", Duration::from_millis(50));
    let cloud = Two::with(slow, second()).await;
    let OneInstance { instance } = cloud.one.marked(&cloud.uuid, ResizePrep).await;
    cloud.two.ask("prep_resize", wish(instance, None)).await.unwrap();
    cloud.one.until(&cloud.uuid, Some(ResizeMigrating)).await;
    let args = cloud.one.marked(&cloud.uuid, Deleting).await;
    cloud.one.ask("terminate_instance", args).await.unwrap();
    let row = cloud.row().await;
    assert_eq!((states(&row).as_str(), row.deleted), ("deleted/-", true));
    assert_eq!(
        (cloud.migration().await.status.as_str(), cloud.one.faults().await),
        ("error", vec![])
    );
    cloud.recounted([IDLE, IDLE]).await;
    let back = cloud.one.driver.finish_revert_migration(&cloud.one.context, &row, true).await;
    assert!(back.is_err(), "what was put aside is gone too");
}
