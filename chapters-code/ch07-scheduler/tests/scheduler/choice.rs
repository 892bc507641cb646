//! One request, several hosts: which is chosen, and why.

use crate::cloud::{Cloud, alive, node, spec};
use nova_objects::{
    Aggregate, FilterProperties, NovaException, RequestSpec, Retry, Selection, Service, StoreError,
};
use nova_scheduler::{FILTERS, FilterScheduler, Options, Request, SchedulerError, WEIGHERS};
use std::{collections::BTreeSet, time::Duration};

async fn chosen(
    cloud: &Cloud,
    scheduler: &FilterScheduler,
    spec: &RequestSpec,
    properties: &FilterProperties,
) -> Result<Vec<String>, SchedulerError> {
    let selections = scheduler.select_destinations(&cloud.context, spec, properties, None).await?;
    Ok(selections.into_iter().map(|selection| selection.host).collect())
}

#[tokio::test]
async fn the_host_with_the_most_free_memory_is_chosen_with_its_limits() {
    let cloud = Cloud::with(&[("small", 1024), ("large", 8192), ("medium", 2048)]).await;
    let scheduler = cloud.scheduler(&Options::default());
    let (spec, properties) = (spec(512, 1), FilterProperties::default());
    let selections = scheduler.select_destinations(&cloud.context, &spec, &properties, None).await;
    let [Selection { host, nodename, limits }] = selections.unwrap().try_into().unwrap();
    assert_eq!((host.as_str(), nodename.as_str()), ("large", "large"));
    assert_eq!((limits.memory_mb, limits.disk_gb, limits.vcpu), (Some(8192.0), Some(100.0), None));
}

#[tokio::test]
async fn without_a_host_that_passes_there_is_no_valid_host() {
    for hosts in [&[][..], &[("host-1", 256)], &[("host-1", 256), ("host-2", 511)]] {
        let cloud = Cloud::with(hosts).await;
        let scheduler = cloud.scheduler(&Options::default());
        let found = chosen(&cloud, &scheduler, &spec(512, 1), &FilterProperties::default()).await;
        let error = found.unwrap_err();
        assert_eq!(error.class(), "NoValidHost");
        assert_eq!(error.code(), 500);
        assert_eq!(
            error.to_string(),
            "No valid host was found. There are not enough hosts available."
        );
    }
}

#[tokio::test]
async fn a_host_is_a_node_and_a_compute_service_together() {
    let cloud = Cloud::with(&[]).await;
    cloud.add(node("without a service", 8192, 100)).await;
    cloud.add(alive("without a node")).await;
    cloud.add(node("with another service", 8192, 100)).await;
    cloud.add(Service::new("with another service", "nova-scheduler", "scheduler")).await;
    let report = cloud.report(&Options::default(), &spec(1, 1)).await;
    assert_eq!(report.decisions[0].filtering.hosts, 0);
}

#[tokio::test]
async fn equals_stay_in_the_order_in_which_they_joined() {
    let cloud = Cloud::with(&[("host-2", 4096), ("host-10", 4096), ("host-1", 4096)]).await;
    let scheduler = cloud.scheduler(&Options::default());
    let hosts = chosen(&cloud, &scheduler, &spec(512, 4), &FilterProperties::default()).await;
    assert_eq!(hosts.unwrap(), ["host-2", "host-10", "host-1", "host-2"]);
}

#[tokio::test]
async fn each_instance_of_a_request_sees_what_those_before_have_taken() {
    let cloud = Cloud::with(&[("large", 2048), ("small", 1024)]).await;
    let scheduler = cloud.scheduler(&Options::default());
    let hosts = chosen(&cloud, &scheduler, &spec(1024, 3), &FilterProperties::default()).await;
    assert_eq!(hosts.unwrap(), ["large", "small", "large"], "large is as free, and busier");
    let none = chosen(&cloud, &scheduler, &spec(1024, 1), &FilterProperties::default()).await;
    assert!(none.is_err(), "and so does the next request");
}

#[tokio::test]
async fn all_instances_find_a_host_or_none_does() {
    let cloud = Cloud::with(&[("host-1", 2048)]).await;
    let scheduler = cloud.scheduler(&Options::default());
    let nothing = FilterProperties::default();
    let three = chosen(&cloud, &scheduler, &spec(1024, 3), &nothing).await;
    assert!(matches!(three, Err(SchedulerError::NoValidHost { .. })));
    let two = chosen(&cloud, &scheduler, &spec(1024, 2), &nothing).await;
    assert_eq!(two.unwrap().len(), 2, "those that failed have taken nothing");
}

#[tokio::test]
async fn what_was_promised_is_remembered_until_the_host_has_written_it_down() {
    let cloud = Cloud::with(&[]).await;
    cloud.add(alive("host-1")).await;
    let mut row = cloud.add(node("host-1", 1024, 100)).await;
    let scheduler = cloud.scheduler(&Options::default());
    let nothing = FilterProperties::default();
    assert!(chosen(&cloud, &scheduler, &spec(1024, 1), &nothing).await.is_ok());
    assert!(chosen(&cloud, &scheduler, &spec(1024, 1), &nothing).await.is_err());
    row.current_workload = 1;
    row.save(&*cloud.store, &cloud.context).await.unwrap();
    assert!(chosen(&cloud, &scheduler, &spec(1024, 1), &nothing).await.is_ok(), "it has room");
}

#[tokio::test]
async fn a_host_that_is_removed_is_forgotten_when_all_rows_are_read() {
    for (period, hosts) in [(60, ["host-1", "host-2"].as_slice()), (0, &["host-2"])] {
        let cloud = Cloud::with(&[]).await;
        let mut nodes = Vec::new();
        for host in ["host-1", "host-2"] {
            nodes.push(cloud.add(node(host, 8192, 100)).await);
            cloud.add(alive(host)).await;
        }
        let scheduler_driver_task_period = Duration::from_secs(period);
        let options = Options { scheduler_driver_task_period, ..Options::default() };
        let (scheduler, nothing) = (cloud.scheduler(&options), FilterProperties::default());
        assert_eq!(chosen(&cloud, &scheduler, &spec(64, 2), &nothing).await.unwrap().len(), 2);
        nodes[0].destroy(&*cloud.store, &cloud.context).await.unwrap();
        let found = chosen(&cloud, &scheduler, &spec(64, 2), &nothing).await.unwrap();
        let found: BTreeSet<_> = found.iter().map(String::as_str).collect();
        assert!(found.iter().eq(hosts), "{period}: {found:?}");
    }
}

#[tokio::test]
async fn a_host_that_joins_or_moves_to_another_zone_is_seen_at_once() {
    let cloud = Cloud::with(&[("host-1", 4096)]).await;
    let scheduler = cloud.scheduler(&Options::default());
    let nothing = FilterProperties::default();
    let in_zone = |zone: &str| RequestSpec { availability_zone: Some(zone.into()), ..spec(64, 1) };
    assert!(chosen(&cloud, &scheduler, &in_zone("nova"), &nothing).await.is_ok());
    assert!(chosen(&cloud, &scheduler, &in_zone("east"), &nothing).await.is_err());
    let aggregate = Aggregate { hosts: vec!["host-1".into()], ..Aggregate::new("a", Some("east")) };
    let mut aggregate = cloud.add(aggregate).await;
    assert!(chosen(&cloud, &scheduler, &in_zone("nova"), &nothing).await.is_err());
    assert!(chosen(&cloud, &scheduler, &in_zone("east"), &nothing).await.is_ok());
    aggregate.hosts.clear();
    aggregate.save(&*cloud.store, &cloud.context).await.unwrap();
    assert!(chosen(&cloud, &scheduler, &in_zone("east"), &nothing).await.is_err());
    aggregate.hosts.push("host-2".into());
    aggregate.save(&*cloud.store, &cloud.context).await.unwrap();
    assert!(chosen(&cloud, &scheduler, &in_zone("east"), &nothing).await.is_err());
    cloud.add(node("host-2", 8192, 100)).await;
    assert!(chosen(&cloud, &scheduler, &in_zone("east"), &nothing).await.is_err(), "no service");
    cloud.add(alive("host-2")).await;
    let found = chosen(&cloud, &scheduler, &in_zone("east"), &nothing).await;
    assert_eq!(found.unwrap(), ["host-2"]);
}

#[tokio::test]
async fn a_service_that_is_disabled_meanwhile_is_seen_at_once() {
    let cloud = Cloud::with(&[]).await;
    cloud.add(node("host-1", 8192, 100)).await;
    let mut service = cloud.add(alive("host-1")).await;
    let scheduler = cloud.scheduler(&Options::default());
    let nothing = FilterProperties::default();
    assert!(chosen(&cloud, &scheduler, &spec(512, 1), &nothing).await.is_ok());
    service.disabled = true;
    service.save(&*cloud.store, &cloud.context).await.unwrap();
    assert!(chosen(&cloud, &scheduler, &spec(512, 1), &nothing).await.is_err());
}

#[tokio::test]
async fn hosts_are_left_out_or_insisted_on_by_name() {
    let cloud = Cloud::with(&[("host-1", 4096), ("host-2", 2048), ("full", 0)]).await;
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let retry = Retry { hosts: vec![("host-1".into(), "host-1".into())], ..Retry::default() };
    for (ignore, force, nodes, retry, line) in [
        (
            &["HOST-1"][..],
            &[][..],
            &[][..],
            None,
            "3 hosts, 1 left: ignore_hosts fails 1, RamFilter fails 1",
        ),
        (&[], &["Full"], &[], None, "3 hosts, 1 left: force_hosts fails 2"),
        (&[], &[], &["Full"], None, "3 hosts, 1 left: force_nodes fails 2"),
        (
            &[],
            &["Full"],
            &["host-1"],
            None,
            "3 hosts, 0 left: force_hosts fails 2, force_nodes fails 1",
        ),
        (&[], &["host-1"], &[], Some(retry.clone()), "3 hosts, 1 left: force_hosts fails 2"),
        (
            &["full"],
            &["full"],
            &[],
            None,
            "3 hosts, 0 left: ignore_hosts fails 1, force_hosts fails 2",
        ),
        (&[], &[], &[], Some(retry), "3 hosts, 1 left: RetryFilter fails 1, RamFilter fails 1"),
    ] {
        let properties = FilterProperties {
            ignore_hosts: names(ignore),
            force_hosts: names(force),
            force_nodes: names(nodes),
            retry,
            ..FilterProperties::default()
        };
        let (spec, scheduler) = (spec(512, 1), cloud.scheduler(&Options::default()));
        let request = Request::new(&spec, &properties);
        let report = scheduler.schedule(&cloud.context, request).await.unwrap();
        assert_eq!(report.decisions[0].filtering.to_string(), line);
    }
}

#[tokio::test]
async fn a_filter_whose_answer_cannot_change_is_asked_once_a_request() {
    let cloud = Cloud::with(&[("host-1", 2048), ("host-2", 2048)]).await;
    let report = cloud.report(&Options::default(), &spec(1024, 5)).await;
    let asked = report.decisions.iter().map(|decision| decision.filtering.filters.len());
    assert_eq!(asked.collect::<Vec<_>>(), [9, 5, 5, 5, 5]);
    let again = report.decisions[1].filtering.filters.iter().map(|count| count.filter);
    let names = ["RetryFilter", "RamFilter", "DiskFilter"];
    let groups = ["ServerGroupAntiAffinityFilter", "ServerGroupAffinityFilter"];
    assert!(again.eq(names.into_iter().chain(groups)));
    let said: Vec<_> = report.decisions.iter().map(|d| d.filtering.to_string()).collect();
    assert_eq!(said[3], "2 hosts, 1 left: RamFilter fails 1");
    assert_eq!(said[4], "1 host, 0 left: RamFilter fails 1");
}

#[tokio::test]
async fn one_of_the_best_is_taken_if_the_operator_wants_that() {
    let cloud = Cloud::with(&[("host-1", 8192), ("host-2", 4096), ("host-3", 2048)]).await;
    let options = Options { scheduler_host_subset_size: 2, ..Options::default() };
    let mut taken = BTreeSet::new();
    for _ in 0..100 {
        let nothing = FilterProperties::default();
        taken.extend(
            chosen(&cloud, &cloud.scheduler(&options), &spec(1, 1), &nothing).await.unwrap(),
        );
    }
    assert_eq!(taken.into_iter().collect::<Vec<_>>(), ["host-1", "host-2"]);
    let options = Options { scheduler_host_subset_size: 0, ..Options::default() };
    let nothing = FilterProperties::default();
    let hosts = chosen(&cloud, &cloud.scheduler(&options), &spec(1, 1), &nothing).await;
    assert_eq!(hosts.unwrap(), ["host-1"]);
}

#[tokio::test]
async fn a_name_that_is_not_installed_is_refused_with_those_that_are() {
    let cloud = Cloud::with(&[]).await;
    let refused = |filters: &[&str], weighers: &[&str]| {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let options = Options {
            scheduler_default_filters: names(filters),
            scheduler_weight_classes: names(weighers),
            ..Options::default()
        };
        let made = FilterScheduler::new(cloud.store.clone(), FILTERS, WEIGHERS, &options);
        made.err().map(|error| format!("{}: {error}", error.class()))
    };
    assert_eq!(
        refused(&["RamFilter", "HamFilter"], &[]).unwrap(),
        "SchedulerHostFilterNotFound: Scheduler Host Filter HamFilter could not be found. \
         There are: AllHostsFilter, AvailabilityZoneFilter, ComputeCapabilitiesFilter, ComputeFilter, \
         CoreFilter, DifferentHostFilter, DiskFilter, ImagePropertiesFilter, IoOpsFilter, \
         NumInstancesFilter, RamFilter, RetryFilter, SameHostFilter, \
         ServerGroupAffinityFilter, ServerGroupAntiAffinityFilter"
    );
    assert_eq!(
        refused(&[], &["nova.scheduler.weights.ham.HAMWeigher"]).unwrap(),
        "ClassNotFound: Class nova.scheduler.weights.ham.HAMWeigher could not be found. \
         There are: RAMWeigher, DiskWeigher, IoOpsWeigher, ServerGroupSoftAffinityWeigher, \
         ServerGroupSoftAntiAffinityWeigher"
    );
    assert_eq!(refused(&[], &["nova.scheduler.weights.ram.RAMWeigher"]), None);
    assert_eq!(refused(&[], &["RAMWeigher", "nova.scheduler.weights.all_weighers"]), None);
}

#[tokio::test]
async fn a_report_names_a_hundred_hosts_and_counts_all() {
    let names: Vec<String> = (0..250).map(|number| format!("host-{number}")).collect();
    let hosts: Vec<_> = names.iter().map(|name| (name.as_str(), 4096)).collect();
    let cloud = Cloud::with(&hosts).await;
    let report = cloud.report(&Options::default(), &spec(512, 1)).await;
    let decision = &report.decisions[0];
    let weighing = decision.weighing.as_ref().unwrap();
    assert_eq!((decision.filtering.rows.len(), weighing.rows.len()), (100, 100));
    assert_eq!(decision.filtering.filters[8].end, 250);
    assert!(weighing.to_string().ends_with("host-4 2.00 and 245 more"), "{weighing}");
}

#[tokio::test]
async fn a_store_that_fails_is_said_by_its_own_name() {
    let error = SchedulerError::from(StoreError::Unavailable("no route".into()));
    assert_eq!((error.class().as_ref(), error.code()), ("DBConnectionError", 503));
}
