//! The rules of this exercise.

use kit::{House, rule, rule_that};
use mini_nova::Conf;
use nova_objects::{
    ComputeNode, FilterProperties, Flavor, ImageMeta, MemoryStore, NovaObject, RequestContext,
    RequestSpec, Service, Store,
};
use nova_scheduler::{FILTERS, FilterScheduler, Options, Request, WEIGHERS};
use serde_json::json;
use soft_different_host::ENTRY_POINT;
use std::sync::Arc;

/// Hosts of that name with so much free memory, in MiB, weighed by these weighers for a request
/// whose hint means servers on `named` hosts: `c 1.00, a 0.50`.
async fn weighed(
    hosts: &[(&str, i64)],
    named: &[&str],
    weighers: &[&str],
    multiplier: f64,
) -> String {
    let (store, context) = (Arc::new(MemoryStore::default()), RequestContext::admin());
    for (host, free_ram_mb) in hosts {
        let node = ComputeNode {
            uuid: (*host).into(),
            host: (*host).into(),
            hypervisor_hostname: (*host).into(),
            free_ram_mb: *free_ram_mb,
            ..ComputeNode::default()
        };
        node.create(&*store, &context).await.unwrap();
        let service = Service::new(host, "nova-compute", "compute");
        service.create(&*store, &context).await.unwrap();
    }
    let options = Options {
        scheduler_default_filters: Vec::new(),
        scheduler_weight_classes: weighers.iter().map(|name| (*name).to_owned()).collect(),
        soft_anti_affinity_weight_multiplier: multiplier,
        ..Options::default()
    };
    let installed = [WEIGHERS, &[ENTRY_POINT]].concat();
    let store: Arc<dyn Store> = store;
    let scheduler = FilterScheduler::new(store, FILTERS, &installed, &options).unwrap();
    let spec = RequestSpec {
        project_id: "p1".into(),
        flavor: Flavor::new("1", "m1.tiny", 512, 1, 1),
        image: ImageMeta::default(),
        num_instances: 1,
        availability_zone: None,
    };
    let nothing = FilterProperties::default();
    let different_host = named.iter().map(|host| (*host).to_owned()).collect();
    let request = Request { different_host, ..Request::new(&spec, &nothing) };
    let report = scheduler.schedule(&context, request).await.unwrap();
    report.decisions[0].weighing.as_ref().unwrap().to_string()
}

const EQUAL: &[(&str, i64)] = &[("a", 1024), ("b", 1024), ("c", 1024)];
const UNEQUAL: &[(&str, i64)] = &[("small", 2048), ("large", 8192)];

/// The hosts, best first, without their weights.
fn order(weighed: &str) -> Vec<&str> {
    weighed.split(", ").filter_map(|host| host.split(' ').next()).collect()
}

#[tokio::test]
async fn the_fewer_of_the_named_servers_a_host_has_the_better_it_is() {
    let weighed = weighed(EQUAL, &["a", "b", "a"], &[ENTRY_POINT.name], 1.0).await;
    rule("a has two of the named servers, b one, c none", vec!["c", "b", "a"], order(&weighed));
}

#[tokio::test]
async fn half_of_the_servers_cost_half_of_the_multiplier() {
    for (multiplier, expected) in [
        (1.0, "c 1.00, a 0.50, b 0.50"),
        (2.0, "c 2.00, a 1.00, b 1.00"),
        (-1.0, "a -0.50, b -0.50, c -1.00"),
    ] {
        let got = weighed(EQUAL, &["a", "a", "b", "b"], &[ENTRY_POINT.name], multiplier).await;
        let rule_text = format!("half of them are on a, half on b; the multiplier is {multiplier}");
        rule(&rule_text, expected, got.as_str());
    }
}

#[tokio::test]
async fn what_hardly_differs_hardly_counts() {
    let both = ["RAMWeigher", ENTRY_POINT.name];
    let of_a_hundred = [["large"; 51].as_slice(), &["small"; 49]].concat();
    let got = weighed(UNEQUAL, &of_a_hundred, &both, 1.0).await;
    rule_that(
        "51 of a hundred are no reason to leave the large host for one with 49",
        order(&got) == ["large", "small"],
        got,
    );
    let got = weighed(UNEQUAL, &["large"; 100], &both, 1.0).await;
    rule_that("all hundred of them are", order(&got) == ["small", "large"], got);
}

#[tokio::test]
async fn without_the_hint_the_order_is_that_of_the_others() {
    let got = weighed(UNEQUAL, &[], &["RAMWeigher", ENTRY_POINT.name], 5.0).await;
    rule_that("nobody is named, so memory decides", order(&got) == ["large", "small"], got);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_cloud_the_second_server_goes_elsewhere() {
    let mut conf = Conf::default();
    // What is installed is asked: `scheduler_weight_classes` is "all" unless it says otherwise.
    conf.installed.scheduler_weighers.push(ENTRY_POINT);
    conf.scheduler.soft_anti_affinity_weight_multiplier = 2.0;
    // A host that has built a guest counts as busy until it counts anew; here that is not to matter.
    conf.scheduler.io_ops_weight_multiplier = 0.0;
    let house = House::start(conf).await;
    let first = house.boot("web-1").await;
    let beside = house.boot("db-1").await;
    let hints = json!({ "different_host": [first.server["id"]] });
    let second = house.boot_with(json!({ "name": "web-2" }), &hints).await;
    let flow = house.flow(&second.request_id).await;
    house.stop().await;
    rule("the first server goes to the largest host", "host-2", first.host());
    rule("so does one that has no wish", "host-2", beside.host());
    rule("the second goes elsewhere", "host-3", second.host());
    rule_that("the flow says so", flow.contains("weighers   host-3 3.03, host-2 2.00"), flow);
}
