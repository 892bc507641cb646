//! Stories of guests that exist: stop, start, delete, and a host that starts again.

use crate::cloud::{Cloud, IDLE, ONE, Recording, options, request, resources, states};
use nova_compute::{
    ComputeDriver, ComputeError, ComputeManager, ComputeService, DRIVERS, FakeDriver, Hypervisor,
    Options,
};
use nova_objects::{
    ComputeRpc, Flavor, Instance, InstanceAction, InstanceActionEvent, MemoryImages, NovaObject,
    PowerState, Query, RequestContext, Service, TaskState, VmState,
};
use nova_rpc::rpcapi::ComputeAPI;
use std::{sync::Arc, time::Duration};

#[tokio::test]
async fn a_stopped_guest_keeps_its_room_and_a_deleted_one_gives_it_back() {
    let cloud = Cloud::new().await;
    let uuid = cloud.built().await.uuid.clone();
    let (manager, context) = (|| cloud.manager.clone(), || cloud.context.clone());
    let args = cloud.marked(&uuid, TaskState::PoweringOff).await;
    manager().stop_instance(context(), args).await.unwrap();
    let stopped = cloud.row(&uuid).await;
    assert_eq!(states(&stopped), "stopped/-");
    assert_eq!((stopped.power_state, cloud.used().await), (PowerState::Shutdown, ONE));

    let args = cloud.marked(&uuid, TaskState::PoweringOn).await;
    manager().start_instance(context(), args).await.unwrap();
    let started = cloud.row(&uuid).await;
    assert_eq!(states(&started), "active/-");
    assert_eq!((started.power_state, cloud.used().await), (PowerState::Running, ONE));

    let args = cloud.marked(&uuid, TaskState::Deleting).await;
    manager().terminate_instance(context(), args.clone()).await.unwrap();
    let deleted = cloud.row(&uuid).await;
    assert_eq!((states(&deleted).as_str(), deleted.deleted), ("deleted/-", true));
    assert_eq!((deleted.power_state, cloud.used().await), (PowerState::NoState, IDLE));
    assert!(deleted.terminated_at.is_some());
    assert!(cloud.driver.list_instances().await.unwrap().is_empty());

    manager().terminate_instance(context(), args).await.expect("it is gone: all is well");
    assert_eq!((cloud.faults().await, cloud.used().await), (vec![], IDLE));
}

#[tokio::test]
async fn what_the_hypervisor_refuses_leaves_a_fault_and_the_state_before() {
    let stubborn = FakeDriver::new(resources()).failing("power_off", "it does not answer");
    let cloud = Cloud::with(stubborn).await;
    let instance = cloud.built().await;
    let action = InstanceAction::start(&cloud.context, &instance, "stop");
    let mut action = action.create(&*cloud.store, &cloud.context).await.unwrap();
    let args = cloud.marked(&instance.uuid, TaskState::PoweringOff).await;
    let stopped = cloud.manager.clone().stop_instance(cloud.context.clone(), args).await;
    assert_eq!(stopped, Err(ComputeError::from("it does not answer")));
    let row = cloud.row(&instance.uuid).await;
    assert_eq!((states(&row).as_str(), row.power_state), ("active/-", PowerState::Running));
    assert_eq!(cloud.faults().await, [(500, "it does not answer".to_owned())]);
    action.refresh(&*cloud.store, &cloud.context).await.unwrap();
    assert_eq!(action.message.as_deref(), Some("Error"));
    let query = Query::all().with("event", "compute_stop_instance");
    let event = InstanceActionEvent::find(&*cloud.store, &cloud.context, query).await;
    assert_eq!(event.unwrap().unwrap().result.as_deref(), Some("Error"));
}

#[tokio::test]
async fn a_guest_that_cannot_be_removed_is_in_error_and_keeps_its_room() {
    let cloud = Cloud::with(FakeDriver::new(resources()).failing("destroy", "stuck")).await;
    let uuid = cloud.built().await.uuid.clone();
    let args = cloud.marked(&uuid, TaskState::Deleting).await;
    let deleted = cloud.manager.clone().terminate_instance(cloud.context.clone(), args).await;
    assert_eq!(deleted, Err(ComputeError::from("stuck")));
    assert_eq!(states(&cloud.row(&uuid).await), "error/-");
    assert_eq!(cloud.used().await, ONE);
}

#[tokio::test]
async fn a_stop_that_comes_after_a_delete_changes_nothing() {
    let cloud = Cloud::new().await;
    let uuid = cloud.built().await.uuid.clone();
    let late = cloud.marked(&uuid, TaskState::PoweringOff).await;
    cloud.marked(&uuid, TaskState::Deleting).await;
    let stopped = cloud.manager.clone().stop_instance(cloud.context.clone(), late).await;
    assert!(stopped.unwrap_err().is_preempted());
    assert_eq!(states(&cloud.row(&uuid).await), "active/deleting");
    assert_eq!(cloud.faults().await, []);
}

#[tokio::test]
async fn a_host_that_starts_again_ends_what_it_had_begun() {
    use TaskState::{Deleting, ImageUploading, Rebuilding, ResizePrep, Scheduling, Spawning};
    let cases = [
        (VmState::Building, Some(Spawning), "error/-", ONE),
        (VmState::Building, None, "error/-", ONE),
        (VmState::Building, Some(Deleting), "error/-", ONE),
        (VmState::Active, Some(Scheduling), "error/-", ONE),
        (VmState::Active, Some(Rebuilding), "error/-", ONE),
        (VmState::Active, Some(ImageUploading), "active/-", ONE),
        (VmState::Stopped, Some(ResizePrep), "stopped/-", ONE),
        (VmState::SoftDelete, None, "soft-delete/-", ONE),
        (VmState::Active, Some(Deleting), "deleted/-", IDLE),
        (VmState::Error, Some(Deleting), "deleted/-", IDLE),
        (VmState::Deleted, None, "deleted/-", IDLE),
        (VmState::Error, None, "error/-", ONE),
        (VmState::Active, None, "active/-", ONE),
        (VmState::Stopped, None, "stopped/-", ONE),
    ];
    for (vm_state, task_state, after, used) in cases {
        let [tiny, ..] = Flavor::defaults();
        let mut instance = Instance::building("demo", "alice", "vm", tiny);
        instance.host = Some("host-1".into());
        (instance.vm_state, instance.task_state) = (vm_state, task_state);
        let store = Arc::<Recording>::default();
        let row = instance.create(&*store, &RequestContext::admin()).await.unwrap();
        let cloud = Cloud::start(FakeDriver::new(resources()), store, options()).await;
        let case = format!("{vm_state}/{task_state:?}");
        assert_eq!(states(&cloud.row(&row.uuid).await), after, "{case}");
        assert_eq!(cloud.used().await, used, "{case}");
    }
}

#[tokio::test]
async fn a_service_reports_and_counts_until_it_is_stopped() {
    let cloud = Cloud::new().await;
    let spacing = Duration::from_millis(5);
    let options =
        Options { report_interval: spacing, update_resources_interval: spacing, ..options() };
    let hypervisor = Hypervisor::load(DRIVERS, &options, Arc::<MemoryImages>::default()).unwrap();
    let manager = ComputeManager::new(hypervisor, cloud.house.peers("host-1"), options);
    let service = ComputeService::start(manager).await.unwrap();
    let beats = async || {
        let rows = Service::list(&*cloud.store, &cloud.context, Query::all()).await.unwrap();
        let [row] = &rows[..] else { panic!("one service") };
        assert_eq!((&*row.host, &*row.binary, &*row.topic), ("host-1", "nova-compute", "compute"));
        row.report_count
    };
    assert!(beats().await >= 1, "it is known as soon as it has started");
    let [tiny, ..] = Flavor::defaults();
    let mut stranger = Instance::building("demo", "alice", "vm", tiny);
    stranger.host = Some("host-1".into());
    stranger.create(&*cloud.store, &cloud.context).await.unwrap();
    for _ in 0..200 {
        if beats().await > 3 && cloud.used().await == ONE {
            break;
        }
        tokio::time::sleep(spacing).await;
    }
    assert_eq!(cloud.used().await, ONE, "it is found by the next count");
    service.stop().await;
    let last = beats().await;
    assert!(last > 3);
    tokio::time::sleep(4 * spacing).await;
    assert_eq!(beats().await, last);
}

#[tokio::test]
async fn a_host_is_reached_by_its_name_over_rpc() {
    let cloud = Cloud::new().await;
    let compute: Arc<dyn ComputeRpc> = Arc::new(ComputeAPI::new(cloud.house.transport.clone()));
    let instance = cloud.instance().await;
    let args = request(&instance, None);
    compute.build_and_run_instance(&cloud.context, "host-1", args).await.unwrap();
    cloud.until(&instance.uuid, None).await;
    assert_eq!(states(&cloud.row(&instance.uuid).await), "active/-");
}

#[test]
fn a_driver_that_is_not_installed_is_named_together_with_those_that_are() {
    let options = Options { compute_driver: "xen.XenDriver".into(), ..Options::default() };
    let error = Hypervisor::load(DRIVERS, &options, Arc::<MemoryImages>::default()).err().unwrap();
    let start = "Unable to load the virtualization driver: compute_driver = xen.XenDriver, \
                 installed: fake.FakeDriver";
    assert!(error.to_string().starts_with(start), "{error}");
}
