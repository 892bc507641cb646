//! `prep_resize`, as the cloud meets it.

use crate::cloud::{Cloud, spec};
use nova_objects::{
    FilterProperties, Flavor, Instance, Retry, SchedulerRpc, TaskState, Tracked, VmState,
    sockets::PrepResize,
};
use nova_rpc::{MemoryTransport, RpcServer, Target, rpcapi::SchedulerAPI};
use nova_scheduler::Options;
use std::sync::Arc;

const NO_VALID_HOST: &str = "No valid host was found. There are not enough hosts available.";

/// An instance of 512 MiB on `host` that is to have so much memory.
async fn wish(cloud: &Cloud, host: &str, vm_state: VmState, memory_mb: i64) -> PrepResize {
    let small = Flavor { id: 1, ..Flavor::new("1", "m1.small", 512, 1, 1) };
    let mut instance = Instance::building("demo", "alice", "vm", small);
    instance.host = Some(host.into());
    (instance.vm_state, instance.task_state) = (vm_state, Some(TaskState::ResizePrep));
    PrepResize {
        instance: cloud.add(instance).await,
        flavor: Flavor { id: 2, ..Flavor::new("2", "m1.large", memory_mb, 2, 1) },
        request_spec: spec(512, 3),
        filter_properties: FilterProperties {
            ignore_hosts: vec![host.into()],
            ..FilterProperties::default()
        },
    }
}

async fn resize(cloud: &Cloud, args: PrepResize, options: &Options) -> Tracked<Instance> {
    let instance = args.instance.clone();
    let manager = cloud.manager_on(cloud.store.clone(), options);
    manager.prep_resize(cloud.context.clone(), args).await.unwrap();
    instance
}

#[tokio::test]
async fn a_host_for_the_new_size_is_told_but_not_the_one_that_it_is_on() {
    let cases =
        [("host-1", false, "host-2"), ("host-2", false, "host-1"), ("host-1", true, "host-1")];
    for (from, may_stay, to) in cases {
        let cloud = Cloud::with(&[("host-1", 4096), ("host-2", 3584), ("host-3", 1024)]).await;
        let mut args = wish(&cloud, from, VmState::Active, 2048).await;
        if may_stay {
            args.filter_properties.ignore_hosts.clear();
        }
        let instance = resize(&cloud, args, &Options::default()).await;
        let (host, told) = cloud.told.1.lock().unwrap().remove(0);
        assert_eq!((host.as_str(), &told.instance.uuid), (to, &instance.uuid));
        assert_eq!(told.flavor.name, "m1.large");
        let memory_mb = if to == "host-1" { 4096.0 } else { 3584.0 };
        assert_eq!(told.filter_properties.limits.memory_mb, Some(memory_mb));
        let hosts = vec![(to.to_owned(), to.to_owned())];
        let retry = Retry { num_attempts: 1, hosts, exc_reason: None };
        assert_eq!(told.filter_properties.retry, Some(retry));
        let waiting = (VmState::Active, Some(TaskState::ResizePrep), vec![]);
        assert_eq!(cloud.state(&instance).await, waiting, "the rest is for the host to say");
    }
}

#[tokio::test]
async fn without_a_host_an_instance_is_what_it_was_with_a_fault() {
    for vm_state in [VmState::Active, VmState::Stopped] {
        let cloud = Cloud::with(&[("host-1", 4096), ("host-2", 1024)]).await;
        let args = wish(&cloud, "host-1", vm_state, 2048).await;
        let instance = resize(&cloud, args, &Options::default()).await;
        let fault = (500, NO_VALID_HOST.to_owned());
        assert_eq!(cloud.state(&instance).await, (vm_state, None, vec![fault]));
        assert!(cloud.told.1.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_host_that_cannot_be_told_is_as_good_as_none() {
    let cloud = Cloud::with(&[("host-1", 4096), ("unreachable", 4096)]).await;
    let args = wish(&cloud, "host-1", VmState::Active, 2048).await;
    let instance = resize(&cloud, args, &Options::default()).await;
    let fault = (500, "the broker is gone".to_owned());
    assert_eq!(cloud.state(&instance).await, (VmState::Active, None, vec![fault]));
}

#[tokio::test]
async fn hosts_that_declined_are_not_told_again_and_in_the_end_nobody_is() {
    let cloud = Cloud::with(&[("host-1", 4096), ("host-2", 3072), ("host-3", 2048)]).await;
    let mut args = wish(&cloud, "host-1", VmState::Stopped, 1024).await;
    for host in ["host-2", "host-3"] {
        resize(&cloud, args, &Options::default()).await;
        let (told, declined) = cloud.told.1.lock().unwrap().remove(0);
        assert_eq!(told, host);
        args = declined;
    }
    let instance = resize(&cloud, args, &Options::default()).await;
    let fault = (500, NO_VALID_HOST.to_owned());
    assert_eq!(cloud.state(&instance).await, (VmState::Stopped, None, vec![fault]));
}

#[tokio::test]
async fn an_instance_that_is_no_longer_waiting_is_left_alone() {
    for hosts in [&[][..], &[("host-2", 4096)]] {
        let cloud = Cloud::with(hosts).await;
        let args = wish(&cloud, "host-1", VmState::Active, 1024).await;
        let mut now = args.instance.clone();
        now.task_state = Some(TaskState::Deleting);
        now.save(&*cloud.store, &cloud.context).await.unwrap();
        resize(&cloud, args, &Options::default()).await;
        let deleting = (VmState::Active, Some(TaskState::Deleting), vec![]);
        assert_eq!(cloud.state(&now).await, deleting);
        assert!(cloud.told.1.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn it_is_heard_over_rpc() {
    let cloud = Cloud::with(&[("host-1", 4096), ("host-2", 4096)]).await;
    let transport = Arc::new(MemoryTransport::default());
    let target = Target::topic("scheduler").server("controller");
    let server = RpcServer::new(transport.clone(), target, "scheduler");
    let running = server.endpoint(cloud.manager().endpoint()).start().await.unwrap();
    let args = wish(&cloud, "host-1", VmState::Active, 2048).await;
    SchedulerAPI::new(transport).prep_resize(&cloud.context, args).await.unwrap();
    for _ in 0..1000 {
        if !cloud.told.1.lock().unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    running.stop().await;
    assert_eq!(cloud.told.1.lock().unwrap()[0].0, "host-2");
}
