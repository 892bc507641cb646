//! What instances have used (`_tenant_usages_for_period`, `_hours_for`).

use super::period::Period;
use nova_objects::{DateTime, Instance, Tracked};
use serde_json::{Value, json};

/// What each project has used in the period, in the order of its instances.
pub(super) fn of_projects(
    instances: &[Tracked<Instance>],
    period: &Period,
    detailed: bool,
) -> Vec<Value> {
    let of_one = instances.chunk_by(|one, next| one.project_id == next.project_id);
    of_one.map(|instances| of_project(instances, period, detailed)).collect()
}

fn of_project(instances: &[Tracked<Instance>], period: &Period, detailed: bool) -> Value {
    let total = |of: fn(&Instance) -> i64| -> f64 {
        instances.iter().map(|instance| float(of(instance)) * hours(instance, period)).sum()
    };
    let mut usage = json!({
        "tenant_id": instances.first().map(|instance| &instance.project_id),
        "total_hours": total(|_| 1),
        "total_local_gb_usage": total(local_gb),
        "total_vcpus_usage": total(|instance| instance.flavor.vcpus),
        "total_memory_mb_usage": total(|instance| instance.flavor.memory_mb),
        "start": period.start.to_naive(),
        "stop": period.stop.to_naive(),
    });
    if detailed {
        usage["server_usages"] = instances.iter().map(|one| of_server(one, period)).collect();
    }
    usage
}

fn of_server(instance: &Instance, period: &Period) -> Value {
    let state = match instance.terminated_at {
        Some(_) => "terminated",
        None => instance.vm_state.as_str(),
    };
    json!({
        "hours": hours(instance, period),
        "flavor": instance.flavor.name,
        "instance_id": instance.uuid,
        "name": instance.display_name,
        "tenant_id": instance.project_id,
        "memory_mb": instance.flavor.memory_mb,
        "local_gb": local_gb(instance),
        "vcpus": instance.flavor.vcpus,
        "started_at": instance.launched_at.map(DateTime::to_naive),
        "ended_at": instance.terminated_at.map(DateTime::to_naive),
        "state": state,
        "uptime": uptime(instance),
    })
}

/// How long it ran within the period.
fn hours(instance: &Instance, period: &Period) -> f64 {
    let Some(launched) = instance.launched_at else { return 0.0 };
    let start = launched.max(period.start);
    let stop = instance.terminated_at.map_or(period.stop, |ended| ended.min(period.stop));
    if start < stop { stop.seconds_from(start) / 3600.0 } else { 0.0 }
}

/// For how many seconds it has run by now, or ran.
fn uptime(instance: &Instance) -> u64 {
    let Some(launched) = instance.launched_at else { return 0 };
    let ended = instance.terminated_at.unwrap_or_else(DateTime::now);
    std::time::Duration::from_secs_f64(ended.seconds_from(launched)).as_secs()
}

fn local_gb(instance: &Instance) -> i64 {
    instance.flavor.root_gb + instance.flavor.ephemeral_gb
}

/// Sizes are small: each is a number that a float holds exactly.
fn float(size: i64) -> f64 {
    size as f64
}
