//! `run_instance` and `select_destinations`, as the cloud meets them.

use crate::cloud::{Cloud, Without, spec};
use nova_objects::{
    FilterProperties, NovaException, Retry, SchedulerRpc, TaskState, VmState,
    sockets::{RunInstance, SelectDestinations},
};
use nova_rpc::{MemoryTransport, RpcServer, Target, rpcapi::SchedulerAPI};
use nova_scheduler::Options;
use std::{collections::BTreeMap, sync::Arc};

const NO_VALID_HOST: &str = "No valid host was found. There are not enough hosts available.";

#[tokio::test]
async fn each_instance_is_sent_to_its_host_with_what_that_host_has_to_know() {
    let cloud = Cloud::with(&[("host-1", 4096), ("host-2", 3584)]).await;
    let args = cloud.request(1024, 2).await;
    let uuids: Vec<_> = args.instances.iter().map(|instance| instance.uuid.clone()).collect();
    cloud.manager().run_instance(cloud.context.clone(), args).await.unwrap();
    let told = cloud.told.0.lock().unwrap();
    let expected = [("host-1", 4096.0), ("host-2", 3584.0)];
    assert_eq!(told.len(), 2);
    for (((host, args), (expected, memory_mb)), uuid) in told.iter().zip(expected).zip(uuids) {
        assert_eq!((host.as_str(), args.node.as_str()), (expected, expected));
        assert_eq!(args.instance.uuid, uuid);
        assert_eq!(args.limits.memory_mb, Some(memory_mb));
        assert_eq!(args.filter_properties.limits, args.limits);
        let hosts = vec![(expected.to_owned(), expected.to_owned())];
        let retry = Retry { num_attempts: 1, hosts, exc_reason: None };
        assert_eq!(args.filter_properties.retry, Some(retry));
    }
}

#[tokio::test]
async fn without_a_host_all_instances_end_in_error_with_a_fault() {
    let cloud = Cloud::with(&[("host-1", 1024)]).await;
    let args = cloud.request(1024, 2).await;
    let instances = args.instances.clone();
    cloud.manager().run_instance(cloud.context.clone(), args).await.unwrap();
    for instance in &instances {
        let fault = (500, NO_VALID_HOST.to_owned());
        assert_eq!(cloud.state(instance).await, (VmState::Error, None, vec![fault]));
    }
    assert!(cloud.told.hosts().is_empty());
}

#[tokio::test]
async fn a_host_that_declined_is_not_tried_again_and_in_the_end_nobody_is() {
    let cloud = Cloud::with(&[("host-1", 4096), ("host-2", 2048), ("host-3", 1024)]).await;
    let manager = cloud.manager();
    let mut args = cloud.request(512, 1).await;
    for (attempt, host) in ["host-1", "host-2", "host-3"].into_iter().enumerate() {
        Arc::clone(&manager).run_instance(cloud.context.clone(), args).await.unwrap();
        let (told, build) = cloud.told.0.lock().unwrap().remove(0);
        assert_eq!(told, host);
        let mut filter_properties = build.filter_properties;
        let retry = filter_properties.retry.as_mut().unwrap();
        assert_eq!(retry.num_attempts as usize, attempt + 1);
        retry.exc_reason = Some(format!("{host} is on fire"));
        let (instances, request_spec) = (vec![build.instance], build.request_spec);
        args = RunInstance { instances, request_spec, filter_properties };
    }
    let instance = args.instances[0].clone();
    manager.run_instance(cloud.context.clone(), args).await.unwrap();
    let fault = format!(
        "Exceeded maximum number of retries. Exceeded max scheduling attempts 3 for instance {}. \
         Last exception: host-3 is on fire",
        instance.uuid
    );
    assert_eq!(cloud.state(&instance).await, (VmState::Error, None, vec![(500, fault)]));
}

#[tokio::test]
async fn attempts_are_not_counted_where_there_is_to_be_one() {
    for (scheduler_max_attempts, force_hosts, counted) in [
        (3, vec![], true),
        (1, vec![], false),
        (0, vec![], false),
        (3, vec!["host-1".to_owned()], false),
        (3, vec!["host-1".to_owned(), "host-2".to_owned()], true),
    ] {
        let cloud = Cloud::with(&[("host-1", 4096)]).await;
        let options = Options { scheduler_max_attempts, ..Options::default() };
        let forced = !force_hosts.is_empty();
        let args = cloud.request(512, 1).await;
        let filter_properties = FilterProperties { force_hosts, ..FilterProperties::default() };
        let args = RunInstance { filter_properties, ..args };
        let manager = cloud.manager_on(cloud.store.clone(), &options);
        manager.run_instance(cloud.context.clone(), args).await.unwrap();
        let (_, build) = cloud.told.0.lock().unwrap().remove(0);
        assert_eq!(build.filter_properties.retry.is_some(), counted);
        assert_eq!(build.limits.memory_mb.is_none(), forced, "no filter, no limit");
    }
}

#[tokio::test]
async fn one_instance_that_comes_back_is_placed_alone() {
    let cloud = Cloud::with(&[("host-1", 1024)]).await;
    let mut args = cloud.request(1024, 3).await;
    args.instances.truncate(1);
    cloud.manager().run_instance(cloud.context.clone(), args).await.unwrap();
    let told = cloud.told.0.lock().unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1.request_spec.num_instances, 3, "the request is handed on as it was");
}

#[tokio::test]
async fn an_instance_that_is_no_longer_waiting_for_a_host_is_left_alone() {
    for hosts in [&[][..], &[("host-1", 4096)]] {
        for (vm_state, task_state) in
            [(VmState::Building, Some(TaskState::Deleting)), (VmState::Active, None)]
        {
            let cloud = Cloud::with(hosts).await;
            let args = cloud.request(512, 1).await;
            let mut now = args.instances[0].clone();
            (now.vm_state, now.task_state) = (vm_state, task_state);
            now.save(&*cloud.store, &cloud.context).await.unwrap();
            cloud.manager().run_instance(cloud.context.clone(), args).await.unwrap();
            assert_eq!(cloud.state(&now).await, (vm_state, task_state, vec![]));
            assert!(cloud.told.hosts().is_empty());
        }
        let cloud = Cloud::with(hosts).await;
        let args = cloud.request(512, 1).await;
        args.instances[0].destroy(&*cloud.store, &cloud.context).await.unwrap();
        cloud.manager().run_instance(cloud.context.clone(), args).await.unwrap();
        assert!(cloud.told.hosts().is_empty());
    }
}

#[tokio::test]
async fn a_host_that_cannot_be_told_costs_only_its_own_instance() {
    let cloud = Cloud::with(&[("unreachable", 4096), ("host-2", 3584)]).await;
    let args = cloud.request(1024, 2).await;
    let lost = args.instances[0].clone();
    cloud.manager().run_instance(cloud.context.clone(), args).await.unwrap();
    let fault = (500, "the broker is gone".to_owned());
    assert_eq!(cloud.state(&lost).await, (VmState::Error, None, vec![fault]));
    assert_eq!(cloud.told.hosts(), ["host-2"]);
}

#[tokio::test]
async fn hosts_that_cannot_be_read_are_a_fault_too() {
    let cloud = Cloud::with(&[("host-1", 4096)]).await;
    let args = cloud.request(512, 1).await;
    let instance = args.instances[0].clone();
    let store = Arc::new(Without { class: "ComputeNode", store: cloud.store.clone() });
    let manager = cloud.manager_on(store, &Options::default());
    manager.run_instance(cloud.context.clone(), args).await.unwrap();
    let fault = (503, "the database cannot be reached: no route".to_owned());
    assert_eq!(cloud.state(&instance).await, (VmState::Error, None, vec![fault]));
}

#[tokio::test]
async fn a_failure_that_cannot_be_written_down_is_an_error() {
    let cloud = Cloud::with(&[]).await;
    let args = cloud.request(512, 1).await;
    let store = Arc::new(Without { class: "InstanceFault", store: cloud.store.clone() });
    let manager = cloud.manager_on(store, &Options::default());
    let error = manager.run_instance(cloud.context.clone(), args).await.unwrap_err();
    assert_eq!(error.class(), "DBConnectionError");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_requests_at_once_promise_no_host_twice() {
    let cloud = Cloud::with(&[("host-1", 8192), ("host-2", 8192), ("host-3", 4096)]).await;
    let manager = cloud.manager();
    let mut requests = tokio::task::JoinSet::new();
    let mut instances = Vec::new();
    for _ in 0..50 {
        let args = cloud.request(512, 1).await;
        instances.extend(args.instances.clone());
        requests.spawn(Arc::clone(&manager).run_instance(cloud.context.clone(), args));
    }
    requests.join_all().await.into_iter().for_each(|done| done.unwrap());
    let mut count = BTreeMap::<_, usize>::new();
    for host in cloud.told.hosts() {
        *count.entry(host).or_default() += 1;
    }
    assert_eq!(count.into_values().collect::<Vec<_>>(), [16, 16, 8]);
    let mut failed = 0;
    for instance in &instances {
        failed += usize::from(cloud.state(instance).await.0 == VmState::Error);
    }
    assert_eq!(failed, 10);
}

#[tokio::test]
async fn it_is_asked_over_rpc() {
    let cloud = Cloud::with(&[("host-1", 1024)]).await;
    let transport = Arc::new(MemoryTransport::default());
    let target = Target::topic("scheduler").server("controller");
    let server = RpcServer::new(transport.clone(), target, "scheduler");
    let server = server.endpoint(cloud.manager().endpoint()).start().await.unwrap();
    let scheduler = SchedulerAPI::new(transport);
    let args = |num_instances| SelectDestinations {
        request_spec: spec(1024, num_instances),
        filter_properties: FilterProperties::default(),
    };
    let error = scheduler.select_destinations(&cloud.context, args(2)).await.unwrap_err();
    assert_eq!((error.class.as_str(), error.message.as_str()), ("NoValidHost", NO_VALID_HOST));
    let selections = scheduler.select_destinations(&cloud.context, args(1)).await.unwrap();
    assert_eq!(selections[0].host, "host-1");
    let request = cloud.request(1024, 1).await;
    let instance = request.instances[0].clone();
    scheduler.run_instance(&cloud.context, request).await.unwrap();
    while cloud.state(&instance).await.0 == VmState::Building {
        tokio::task::yield_now().await;
    }
    let fault = (500, NO_VALID_HOST.to_owned());
    assert_eq!(cloud.state(&instance).await, (VmState::Error, None, vec![fault]));
    server.stop().await;
}
