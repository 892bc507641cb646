//! One request, several hosts: which is chosen, and why.

use crate::cloud::{Cloud, alive, node, spec};
use nova_objects::{
    FilterProperties, NovaException, RequestSpec, Retry, Selection, Service, StoreError,
};
use nova_scheduler::{FILTERS, FilterScheduler, Options, SchedulerError, WEIGHERS};

async fn chosen(
    cloud: &Cloud,
    scheduler: &FilterScheduler,
    spec: &RequestSpec,
    properties: &FilterProperties,
) -> Result<Vec<String>, SchedulerError> {
    let selections = scheduler.select_destinations(&cloud.context, spec, properties).await?;
    Ok(selections.into_iter().map(|selection| selection.host).collect())
}

#[tokio::test]
async fn the_host_with_the_most_free_memory_is_chosen_with_its_limits() {
    let cloud = Cloud::with(&[("small", 1024), ("large", 8192), ("medium", 2048)]).await;
    let scheduler = cloud.scheduler(&Options::default());
    let (spec, properties) = (spec(512, 1), FilterProperties::default());
    let selections = scheduler.select_destinations(&cloud.context, &spec, &properties).await;
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
    let scheduler = cloud.scheduler(&Options::default());
    let nothing = FilterProperties::default();
    let report = scheduler.schedule(&cloud.context, &spec(1, 1), &nothing).await.unwrap();
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
    assert_eq!(hosts.unwrap(), ["large", "large", "small"]);
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
    for (ignore, force, retry, line) in [
        (&["HOST-1"][..], &[][..], None, "3 hosts: ignore_hosts 2, RetryFilter 2, RamFilter 1"),
        (&[], &["Full"], None, "3 hosts: force_hosts 1"),
        (&[], &["host-1"], Some(retry.clone()), "3 hosts: force_hosts 1"),
        (&["full"], &["full"], None, "3 hosts: ignore_hosts 2, force_hosts 0"),
        (&[], &[], Some(retry), "3 hosts: RetryFilter 2, RamFilter 1"),
    ] {
        let properties = FilterProperties {
            ignore_hosts: names(ignore),
            force_hosts: names(force),
            retry,
            ..FilterProperties::default()
        };
        let scheduler = cloud.scheduler(&Options::default());
        let report = scheduler.schedule(&cloud.context, &spec(512, 1), &properties).await.unwrap();
        let said = report.decisions[0].filtering.to_string();
        assert!(said.starts_with(line), "{said}");
    }
}

#[tokio::test]
async fn a_filter_whose_answer_cannot_change_is_asked_once_a_request() {
    let cloud = Cloud::with(&[("host-1", 2048), ("host-2", 2048)]).await;
    let scheduler = cloud.scheduler(&Options::default());
    let nothing = FilterProperties::default();
    let report = scheduler.schedule(&cloud.context, &spec(1024, 5), &nothing).await.unwrap();
    let said: Vec<_> = report.decisions.iter().map(|d| d.filtering.to_string()).collect();
    assert_eq!(
        said,
        [
            "2 hosts: RetryFilter 2, RamFilter 2, DiskFilter 2, ComputeFilter 2",
            "2 hosts: RetryFilter 2, RamFilter 2, DiskFilter 2",
            "2 hosts: RetryFilter 2, RamFilter 2, DiskFilter 2",
            "2 hosts: RetryFilter 2, RamFilter 1, DiskFilter 1",
            "1 host: RetryFilter 1, RamFilter 0",
        ]
    );
}

/// The hosts and weights of Nova's own `unit/scheduler/weights/test_weights_ram.py`.
#[tokio::test]
async fn free_memory_is_weighed_by_the_multiplier() {
    let four = &[("host1", 512), ("host2", 1024), ("host3", 3072), ("host4", 8192)][..];
    let five = &[four, &[("negative", -512)]].concat();
    for (hosts, multiplier, line) in [
        (four, 1.0, "host4 1.00, host3 0.38, host2 0.12, host1 0.06"),
        (four, 0.0, "host1 0.00, host2 0.00, host3 0.00, host4 0.00"),
        (four, 2.0, "host4 2.00, host3 0.75, host2 0.25, host1 0.12"),
        (four, -1.0, "host1 -0.06, host2 -0.12, host3 -0.38, host4 -1.00"),
        (five, 1.0, "host4 1.00, host3 0.38, host2 0.12, host1 0.06, negative 0.00"),
        (&four[..1], 1.0, "host1 0.00"),
    ] {
        let cloud = Cloud::with(hosts).await;
        let scheduler = cloud.scheduler(&Options {
            scheduler_default_filters: Vec::new(),
            ram_weight_multiplier: multiplier,
            ..Options::default()
        });
        let nothing = FilterProperties::default();
        let report = scheduler.schedule(&cloud.context, &spec(1, 1), &nothing).await.unwrap();
        assert_eq!(report.decisions[0].weighing.as_ref().unwrap().to_string(), line);
    }
}

#[tokio::test]
async fn one_of_the_best_is_taken_if_the_operator_wants_that() {
    let cloud = Cloud::with(&[("host-1", 8192), ("host-2", 4096), ("host-3", 2048)]).await;
    let options = Options { scheduler_host_subset_size: 2, ..Options::default() };
    let mut taken = std::collections::BTreeSet::new();
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
         There are: ComputeFilter, DiskFilter, RamFilter, RetryFilter"
    );
    assert_eq!(
        refused(&[], &["nova.scheduler.weights.ham.HAMWeigher"]).unwrap(),
        "ClassNotFound: Class nova.scheduler.weights.ham.HAMWeigher could not be found. \
         There are: RAMWeigher"
    );
    assert_eq!(refused(&[], &["nova.scheduler.weights.ram.RAMWeigher"]), None);
    assert_eq!(refused(&[], &["RAMWeigher", "nova.scheduler.weights.all_weighers"]), None);
}

#[tokio::test]
async fn a_report_names_a_hundred_hosts_and_counts_all() {
    let names: Vec<String> = (0..250).map(|number| format!("host-{number}")).collect();
    let hosts: Vec<_> = names.iter().map(|name| (name.as_str(), 4096)).collect();
    let cloud = Cloud::with(&hosts).await;
    let scheduler = cloud.scheduler(&Options::default());
    let nothing = FilterProperties::default();
    let report = scheduler.schedule(&cloud.context, &spec(512, 1), &nothing).await.unwrap();
    let decision = &report.decisions[0];
    let weighing = decision.weighing.as_ref().unwrap();
    assert_eq!((decision.filtering.rows.len(), weighing.rows.len()), (100, 100));
    assert_eq!(decision.filtering.filters[3].end, 250);
    assert!(weighing.to_string().ends_with("host-4 1.00 and 245 more"), "{weighing}");
}

#[tokio::test]
async fn a_store_that_fails_is_said_by_its_own_name() {
    let error = SchedulerError::from(StoreError::Unavailable("no route".into()));
    assert_eq!((error.class().as_ref(), error.code()), ("DBConnectionError", 503));
}
