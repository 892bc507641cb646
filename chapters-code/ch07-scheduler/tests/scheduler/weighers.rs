//! Each weigher, by the order in which it puts hosts. The hosts and weights are those of Nova's own
//! `unit/scheduler/weights/test_weights_{ram,disk,ioopsweight,affinity}.py`.

use crate::cloud::{Cloud, alive, node, spec};
use nova_objects::{ComputeNode, FilterProperties, Service};
use nova_scheduler::{Group, Options, Request};

/// A cloud of hosts called host1, host2 and so on, and what a single weigher says of them.
async fn weighed(
    weigher: &str,
    nodes: Vec<ComputeNode>,
    group: Option<Group>,
    options: Options,
) -> String {
    let cloud = Cloud::with(&[]).await;
    for (number, node) in (1..).zip(nodes) {
        let name = format!("host{number}");
        let (uuid, host) = (name.clone(), name.clone());
        cloud.add(ComputeNode { uuid, host, hypervisor_hostname: name.clone(), ..node }).await;
        cloud.add(Service { ..alive(&name) }).await;
    }
    let scheduler = cloud.scheduler(&Options {
        scheduler_default_filters: Vec::new(),
        scheduler_weight_classes: vec![weigher.into()],
        ..options
    });
    let (spec, nothing) = (spec(1, 1), FilterProperties::default());
    let request = Request { instance_group: group, ..Request::new(&spec, &nothing) };
    let report = scheduler.schedule(&cloud.context, request).await.unwrap();
    report.decisions[0].weighing.as_ref().unwrap().to_string()
}

const FREE: [i64; 4] = [512, 1024, 3072, 8192];

#[tokio::test]
async fn free_memory_is_weighed_by_the_multiplier() {
    let (four, five) = (&FREE[..], &[&FREE[..], &[-512]].concat()[..]);
    for (free, ram_weight_multiplier, line) in [
        (four, 1.0, "host4 1.00, host3 0.38, host2 0.12, host1 0.06"),
        (four, 0.0, "host1 0.00, host2 0.00, host3 0.00, host4 0.00"),
        (four, 2.0, "host4 2.00, host3 0.75, host2 0.25, host1 0.12"),
        (four, -1.0, "host1 -0.06, host2 -0.12, host3 -0.38, host4 -1.00"),
        (five, 1.0, "host4 1.00, host3 0.38, host2 0.12, host1 0.06, host5 0.00"),
        (&four[..1], 1.0, "host1 0.00"),
    ] {
        let nodes = free.iter().map(|free| node("", *free, 1)).collect();
        let options = Options { ram_weight_multiplier, ..Options::default() };
        assert_eq!(weighed("RAMWeigher", nodes, None, options).await, line);
    }
}

#[tokio::test]
async fn free_disk_is_weighed_as_memory_is() {
    for (disk_weight_multiplier, line) in [
        (1.0, "host4 1.00, host3 0.38, host2 0.12, host1 0.06"),
        (0.0, "host1 0.00, host2 0.00, host3 0.00, host4 0.00"),
        (-2.0, "host1 -0.12, host2 -0.25, host3 -0.75, host4 -2.00"),
    ] {
        let nodes = FREE.iter().map(|free| node("", 1, *free)).collect();
        let options = Options { disk_weight_multiplier, ..Options::default() };
        assert_eq!(weighed("DiskWeigher", nodes, None, options).await, line);
    }
}

#[tokio::test]
async fn busy_hosts_are_avoided_unless_the_multiplier_is_turned_round() {
    for (io_ops_weight_multiplier, line) in [
        (-1.0, "host1 -0.10, host2 -0.20, host4 -0.50, host3 -1.00"),
        (0.0, "host1 0.00, host2 0.00, host3 0.00, host4 0.00"),
        (2.0, "host3 2.00, host4 1.00, host2 0.40, host1 0.20"),
    ] {
        let busy = |count: &i64| ComputeNode {
            stats: [("io_workload".into(), count.to_string())].into(),
            ..node("", 1, 1)
        };
        let nodes = [1, 2, 10, 5].iter().map(busy).collect();
        let options = Options { io_ops_weight_multiplier, ..Options::default() };
        assert_eq!(weighed("IoOpsWeigher", nodes, None, options).await, line);
    }
}

#[tokio::test]
async fn soft_policies_prefer_and_do_not_insist() {
    let hosts = ["host1", "host1", "host2", "host1", "host3", "host3"];
    let together = "host1 1.00, host3 0.67, host2 0.33, host4 0.00";
    let apart = "host4 1.00, host2 0.67, host3 0.33, host1 0.00";
    let nobody_cares = "host1 0.00, host2 0.00, host3 0.00, host4 0.00";
    for (policy, soft_affinity, soft_anti_affinity) in [
        ("soft-affinity", together, nobody_cares),
        ("soft-anti-affinity", nobody_cares, apart),
        ("affinity", nobody_cares, nobody_cares),
    ] {
        let policies = vec![policy.to_owned()];
        let group = || Group { policies: policies.clone(), hosts: hosts.map(str::to_owned).into() };
        let nodes = || vec![node("", 1, 1); 4];
        for (weigher, line) in [
            ("ServerGroupSoftAffinityWeigher", soft_affinity),
            ("ServerGroupSoftAntiAffinityWeigher", soft_anti_affinity),
        ] {
            let said = weighed(weigher, nodes(), Some(group()), Options::default()).await;
            assert_eq!(said, line, "{policy}");
            let said = weighed(weigher, nodes(), None, Options::default()).await;
            assert_eq!(said, nobody_cares);
        }
    }
}
