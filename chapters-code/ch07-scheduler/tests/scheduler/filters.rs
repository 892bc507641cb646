//! Each filter alone. The numbers of memory and disk are those of Nova's own
//! `unit/scheduler/filters/test_ram_filters.py` and `test_disk_filters.py`.

use nova_objects::{
    ComputeNode, DateTime, FilterProperties, Flavor, ImageMeta, Limits, RequestSpec, Retry, Service,
};
use nova_scheduler::{
    BaseHostFilter, HostState, Verdict,
    filters::{
        compute_filter::ComputeFilter, disk_filter::DiskFilter, ram_filter::RamFilter,
        retry_filter::RetryFilter,
    },
};

fn spec(flavor: Flavor) -> RequestSpec {
    RequestSpec {
        project_id: "demo".into(),
        flavor,
        image: ImageMeta::default(),
        num_instances: 1,
        availability_zone: None,
    }
}

fn host(node: &ComputeNode) -> HostState {
    HostState::new(node, &Service::new("host1", "nova-compute", "compute"))
}

fn fail(why: &str) -> Verdict {
    Verdict::Fail(why.into())
}

#[test]
fn the_ram_filter_knows_how_much_may_be_promised() {
    let within = |limit| Verdict::Pass(Limits { memory_mb: Some(limit), ..Limits::default() });
    for (free_ram_mb, memory_mb, ram_allocation_ratio, verdict) in [
        (1023, 1024, 1.0, fail("needs 1024 MB, 1023 MB usable")),
        (1024, 1024, 1.0, within(1024.0)),
        (-1024, 2048, 2.0, within(4096.0)),
        (-1025, 2048, 2.0, fail("needs 1024 MB, 1023 MB usable")),
        (512, 512, 2.0, fail("needs 1024 MB, 512 MB in all")),
        (512, 1024, 0.0, within(1536.0)),
    ] {
        let node =
            ComputeNode { free_ram_mb, memory_mb, ram_allocation_ratio, ..Default::default() };
        let spec = spec(Flavor::new("1", "m1.test", 1024, 1, 1));
        let said = RamFilter.host_passes(&host(&node), &spec, &FilterProperties::default());
        assert_eq!(said, verdict, "{free_ram_mb} of {memory_mb} MB, {ram_allocation_ratio} times");
    }
}

#[test]
fn the_disk_filter_counts_root_ephemeral_and_swap() {
    let within = |limit| Verdict::Pass(Limits { disk_gb: Some(limit), ..Limits::default() });
    for ((root_gb, ephemeral_gb, swap), (free_disk_gb, local_gb), disk_allocation_ratio, verdict) in [
        ((1, 1, 512), (11, 13), 1.0, within(13.0)),
        ((10, 1, 1024), (11, 13), 1.0, fail("needs 12288 MB, 11264 MB usable")),
        ((3, 3, 1024), (1, 12), 10.0, within(120.0)),
        ((100, 18, 1024), (11, 12), 10.0, within(120.0)),
        ((100, 19, 1024), (11, 12), 10.0, fail("needs 122880 MB, 121856 MB usable")),
        ((10, 1, 0), (11, 12), 0.0, within(12.0)),
    ] {
        let node =
            ComputeNode { free_disk_gb, local_gb, disk_allocation_ratio, ..Default::default() };
        let flavor = Flavor::new("1", "m1.test", 1024, 1, root_gb);
        let spec = spec(Flavor { ephemeral_gb, swap, ..flavor });
        let said = DiskFilter.host_passes(&host(&node), &spec, &FilterProperties::default());
        assert_eq!(said, verdict, "{root_gb}+{ephemeral_gb} GB and {swap} MB");
    }
}

#[test]
fn the_disk_filter_believes_the_file_system_if_it_has_less() {
    let flavor = Flavor::new("1", "m1.test", 1024, 1, 5);
    for (disk_available_least, passes) in [(None, true), (Some(99), true), (Some(4), false)] {
        let node = ComputeNode {
            local_gb: 10,
            free_disk_gb: 10,
            disk_available_least,
            ..Default::default()
        };
        let properties = FilterProperties::default();
        let said = DiskFilter.host_passes(&host(&node), &spec(flavor.clone()), &properties);
        assert_eq!(matches!(said, Verdict::Pass(_)), passes, "{disk_available_least:?}");
    }
}

#[test]
fn the_compute_filter_wants_an_enabled_service_that_has_reported() {
    let seconds_ago = |seconds: i64| Some(DateTime::now().plus_seconds(-seconds));
    let service = || Service {
        last_seen_up: seconds_ago(0),
        ..Service::new("host1", "nova-compute", "compute")
    };
    let down = || fail("has not been heard from in a while");
    let reason = Some("on fire".into());
    for (service, verdict) in [
        (service(), Verdict::pass()),
        (Service { disabled: true, ..service() }, fail("is disabled, reason: not set")),
        (
            Service { disabled: true, disabled_reason: reason, ..service() },
            fail("is disabled, reason: on fire"),
        ),
        (Service { forced_down: true, ..service() }, down()),
        (Service { last_seen_up: None, ..service() }, down()),
        (Service { last_seen_up: seconds_ago(55), ..service() }, Verdict::pass()),
        (Service { last_seen_up: seconds_ago(65), ..service() }, down()),
        (Service { last_seen_up: seconds_ago(-65), ..service() }, down()),
    ] {
        let filter = ComputeFilter { service_down_time: 60.0 };
        let host = HostState::new(&ComputeNode::default(), &service);
        let spec = spec(Flavor::new("1", "m1.test", 1, 1, 1));
        let said = filter.host_passes(&host, &spec, &FilterProperties::default());
        assert_eq!(said, verdict, "{service:?}");
    }
}

#[test]
fn the_retry_filter_leaves_out_a_node_that_was_tried() {
    let tried = |hosts: &[(&str, &str)]| {
        let hosts = hosts.iter().map(|(host, node)| ((*host).into(), (*node).into())).collect();
        Some(Retry { num_attempts: 2, hosts, exc_reason: None })
    };
    for (retry, verdict) in [
        (None, Verdict::pass()),
        (tried(&[]), Verdict::pass()),
        (tried(&[("host2", "node1"), ("host1", "node2")]), Verdict::pass()),
        (tried(&[("host2", "node2"), ("host1", "node1")]), fail("was tried before")),
    ] {
        let node = ComputeNode {
            host: "host1".into(),
            hypervisor_hostname: "node1".into(),
            ..Default::default()
        };
        let properties = FilterProperties { retry, ..Default::default() };
        let spec = spec(Flavor::new("1", "m1.test", 1, 1, 1));
        let said = RetryFilter.host_passes(&host(&node), &spec, &properties);
        assert_eq!(said, verdict, "{:?}", properties.retry);
    }
}
