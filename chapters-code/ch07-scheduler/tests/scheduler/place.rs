//! The filters that ask where a host is, and who is there. The cases are those of Nova's own
//! `unit/scheduler/filters/test_{availability_zone,affinity,retry}_filters.py`.

use crate::cloud::{host, said_of, spec};
use nova_objects::{Aggregate, ComputeNode, FilterProperties, RequestSpec, Retry};
use nova_scheduler::{
    Group, Request,
    filters::{
        affinity_filter::{ServerGroupAffinityFilter, ServerGroupAntiAffinityFilter},
        availability_zone_filter::AvailabilityZoneFilter,
        different_host_filter::DifferentHostFilter,
        retry_filter::RetryFilter,
        same_host_filter::SameHostFilter,
    },
};
use std::sync::Arc;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_retry_filter_leaves_out_a_node_that_was_tried() {
    let tried = |hosts: &[(&str, &str)]| {
        let hosts = hosts.iter().map(|(host, node)| ((*host).into(), (*node).into())).collect();
        Some(Retry { num_attempts: 2, hosts, exc_reason: None })
    };
    for (retry, verdict) in [
        (None, "pass"),
        (tried(&[]), "pass"),
        (tried(&[("host2", "node1"), ("host1", "node2")]), "pass"),
        (tried(&[("host2", "node2"), ("host1", "node1")]), "was tried before"),
    ] {
        let (spec, properties) = (spec(1, 1), FilterProperties { retry, ..Default::default() });
        let request = Request::new(&spec, &properties);
        let said = said_of(&RetryFilter, &host(ComputeNode::default()), &request);
        assert_eq!(said, verdict, "{:?}", properties.retry);
    }
}

#[test]
fn a_host_is_in_the_zones_of_its_aggregates_or_in_the_default_zone() {
    let filter = AvailabilityZoneFilter { default_availability_zone: "nova".into() };
    for (zones, wanted, verdict) in [
        (&[][..], None, "pass"),
        (&[], Some("nova"), "pass"),
        (&[], Some("east"), "is in nova"),
        (&[Some("nova")], Some("nova"), "pass"),
        (&[Some("nova,nova2")], Some("nova2"), "pass"),
        (&[None], Some("nova"), "pass"),
        (&[None, Some("east")], Some("east"), "pass"),
        (&[Some("east")], Some("nova"), "is in east"),
        (&[Some("east"), Some("west")], Some("north"), "is in east, west"),
    ] {
        let mut host = host(ComputeNode::default());
        host.aggregates = zones.iter().map(|zone| Arc::new(Aggregate::new("a", *zone))).collect();
        let spec = RequestSpec { availability_zone: wanted.map(str::to_owned), ..spec(1, 1) };
        let nothing = FilterProperties::default();
        let said = said_of(&filter, &host, &Request::new(&spec, &nothing));
        assert_eq!(said, verdict, "{zones:?} {wanted:?}");
    }
}

#[test]
fn a_group_is_kept_together_or_apart() {
    let group = |policy: &str, hosts: &[&str]| {
        Some(Group { policies: names(&[policy]), hosts: names(hosts) })
    };
    let (away, taken) = ("is not where the group is", "has a member of the group");
    for (instance_group, together, apart) in [
        (None, "pass", "pass"),
        (group("anti-affinity", &[]), "pass", "pass"),
        (group("anti-affinity", &["host2"]), "pass", "pass"),
        (group("anti-affinity", &["host2", "host1"]), "pass", taken),
        (group("affinity", &[]), "pass", "pass"),
        (group("affinity", &["host1"]), "pass", "pass"),
        (group("affinity", &["host2"]), away, "pass"),
        (group("soft-affinity", &["host2"]), "pass", "pass"),
        (group("soft-anti-affinity", &["host1"]), "pass", "pass"),
    ] {
        let (spec, nothing) = (spec(1, 1), FilterProperties::default());
        let request = Request { instance_group, ..Request::new(&spec, &nothing) };
        let host = host(ComputeNode::default());
        let said = said_of(&ServerGroupAffinityFilter, &host, &request);
        assert_eq!(said, together, "{:?}", request.instance_group);
        let said = said_of(&ServerGroupAntiAffinityFilter, &host, &request);
        assert_eq!(said, apart, "{:?}", request.instance_group);
    }
}

#[test]
fn hints_ask_to_be_near_to_instances_or_far_from_them() {
    for (same_host, different_host, near, far) in [
        (None, &[][..], "pass", "pass"),
        (Some(&["host2", "host1"][..]), &["host2"], "pass", "pass"),
        (
            Some(&["host2"]),
            &["host1"],
            "has none of the instances to be near to",
            "has an instance to be far from",
        ),
        (Some(&[]), &[], "has none of the instances to be near to", "pass"),
    ] {
        let (spec, nothing) = (spec(1, 1), FilterProperties::default());
        let mut request = Request::new(&spec, &nothing);
        request.same_host = same_host.map(names);
        request.different_host = names(different_host);
        let host = host(ComputeNode::default());
        assert_eq!(said_of(&SameHostFilter, &host, &request), near);
        assert_eq!(said_of(&DifferentHostFilter, &host, &request), far);
    }
}
