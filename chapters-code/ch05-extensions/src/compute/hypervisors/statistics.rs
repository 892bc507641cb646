//! What all hypervisors have together (`nova/db/sqlalchemy/api.py` `compute_node_statistics`).

use super::Hypervisor;
use nova_objects::ComputeNode;
use serde_json::Value;

/// A key, and what of each hypervisor is added up behind it.
type Sum = (&'static str, fn(&ComputeNode) -> i64);

const SUMS: [Sum; 11] = [
    ("vcpus", |node| node.vcpus),
    ("memory_mb", |node| node.memory_mb),
    ("local_gb", |node| node.local_gb),
    ("vcpus_used", |node| node.vcpus_used),
    ("memory_mb_used", |node| node.memory_mb_used),
    ("local_gb_used", |node| node.local_gb_used),
    ("free_ram_mb", |node| node.free_ram_mb),
    ("free_disk_gb", |node| node.free_disk_gb),
    ("current_workload", |node| node.current_workload),
    ("running_vms", |node| node.running_vms),
    ("disk_available_least", |node| node.disk_available_least.unwrap_or_default()),
];

/// How many there are, and their sums.
pub(super) fn of(hypervisors: &[Hypervisor]) -> Value {
    let sum = |of: fn(&ComputeNode) -> i64| -> i64 {
        hypervisors.iter().map(|hypervisor| of(&hypervisor.node)).sum()
    };
    let sums = SUMS.iter().map(|(key, of)| ((*key).to_owned(), Value::from(sum(*of))));
    let count = ("count".to_owned(), Value::from(hypervisors.len()));
    Value::Object(sums.chain([count]).collect())
}
