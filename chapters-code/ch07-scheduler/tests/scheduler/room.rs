//! The filters that ask for room. The numbers are those of Nova's own
//! `unit/scheduler/filters/test_{ram,disk,core,io_ops,num_instances}_filters.py`.

use crate::cloud::{host, said, spec};
use nova_objects::{ComputeNode, Flavor, RequestSpec};
use nova_scheduler::filters::{
    core_filter::CoreFilter, disk_filter::DiskFilter, io_ops_filter::IoOpsFilter,
    num_instances_filter::NumInstancesFilter, ram_filter::RamFilter,
};

#[test]
fn the_ram_filter_knows_how_much_may_be_promised() {
    for (free_ram_mb, memory_mb, ram_allocation_ratio, verdict) in [
        (1023, 1024, 1.0, "needs 1024 MB, 1023 MB usable"),
        (1024, 1024, 1.0, "pass, up to 1024"),
        (-1024, 2048, 2.0, "pass, up to 4096"),
        (-1025, 2048, 2.0, "needs 1024 MB, 1023 MB usable"),
        (512, 512, 2.0, "needs 1024 MB, 512 MB in all"),
        (512, 1024, 0.0, "pass, up to 1536"),
    ] {
        let node =
            ComputeNode { free_ram_mb, memory_mb, ram_allocation_ratio, ..Default::default() };
        let said = said(&RamFilter, &host(node), &spec(1024, 1));
        assert_eq!(said, verdict, "{free_ram_mb} of {memory_mb} MB, {ram_allocation_ratio} times");
    }
}

#[test]
fn the_disk_filter_counts_root_ephemeral_and_swap() {
    for ((root_gb, ephemeral_gb, swap), (free_disk_gb, local_gb), disk_allocation_ratio, verdict) in [
        ((1, 1, 512), (11, 13), 1.0, "pass, up to 13"),
        ((10, 1, 1024), (11, 13), 1.0, "needs 12288 MB, 11264 MB usable"),
        ((3, 3, 1024), (1, 12), 10.0, "pass, up to 120"),
        ((100, 18, 1024), (11, 12), 10.0, "pass, up to 120"),
        ((100, 19, 1024), (11, 12), 10.0, "needs 122880 MB, 121856 MB usable"),
        ((10, 1, 0), (11, 12), 0.0, "pass, up to 12"),
    ] {
        let node =
            ComputeNode { free_disk_gb, local_gb, disk_allocation_ratio, ..Default::default() };
        let flavor = Flavor::new("1", "m1.test", 1024, 1, root_gb);
        let flavor = Flavor { ephemeral_gb, swap, ..flavor };
        let said = said(&DiskFilter, &host(node), &RequestSpec { flavor, ..spec(1, 1) });
        assert_eq!(said, verdict, "{root_gb}+{ephemeral_gb} GB and {swap} MB");
    }
}

#[test]
fn the_disk_filter_believes_the_file_system_if_it_has_less() {
    for (disk_available_least, verdict) in [
        (None, "pass, up to 10"),
        (Some(99), "pass, up to 10"),
        (Some(4), "needs 5120 MB, 4096 MB usable"),
    ] {
        let (local_gb, free_disk_gb) = (10, 10);
        let node =
            ComputeNode { local_gb, free_disk_gb, disk_available_least, ..Default::default() };
        let flavor = Flavor::new("1", "m1.test", 1024, 1, 5);
        let said = said(&DiskFilter, &host(node), &RequestSpec { flavor, ..spec(1, 1) });
        assert_eq!(said, verdict, "{disk_available_least:?}");
    }
}

#[test]
fn the_core_filter_promises_a_cpu_more_than_once_but_not_to_one_instance() {
    for (wanted, vcpus, vcpus_used, cpu_allocation_ratio, verdict) in [
        (1, 4, 7, 2.0, "pass, up to 8"),
        (1, 4, 8, 2.0, "needs 1 CPUs, 0 CPUs usable"),
        (2, 1, 0, 2.0, "needs 2 CPUs, 1 CPUs in all"),
        (1, 1, 15, 0.0, "pass, up to 16"),
        (1, 0, 0, 2.0, "pass"),
    ] {
        let node = ComputeNode { vcpus, vcpus_used, cpu_allocation_ratio, ..Default::default() };
        let flavor = Flavor::new("1", "m1.test", 1024, wanted, 1);
        let said = said(&CoreFilter, &host(node), &RequestSpec { flavor, ..spec(1, 1) });
        assert_eq!(said, verdict, "{wanted} of {vcpus}, {vcpus_used} used");
    }
}

#[test]
fn a_host_may_have_so_many_instances_and_be_busy_with_so_many() {
    let with = |stat: &str, count: i64| {
        host(ComputeNode { stats: [(stat.into(), count.to_string())].into(), ..Default::default() })
    };
    let (few, many) = (NumInstancesFilter { max_instances: 5 }, "has too many instances");
    assert_eq!(said(&few, &with("num_instances", 4), &spec(1, 1)), "pass");
    assert_eq!(said(&few, &with("num_instances", 5), &spec(1, 1)), many);
    assert_eq!(said(&few, &with("io_workload", 5), &spec(1, 1)), "pass");
    let (calm, busy) = (IoOpsFilter { max_io_ops_per_host: 8 }, "is busy with too many instances");
    assert_eq!(said(&calm, &with("io_workload", 7), &spec(1, 1)), "pass");
    assert_eq!(said(&calm, &with("io_workload", 8), &spec(1, 1)), busy);
}
