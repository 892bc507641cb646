//! How a hypervisor is shown (`_view_hypervisor`).

use super::Hypervisor;
use nova_objects::{ComputeNode, Instance, Service, Tracked};
use nova_router::{ApiRequest, ApiVersionRequest};
use serde_json::{Value, json};

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Its names and how it is.
    Little,
    /// Also what it has.
    All,
}

/// The version from which on a CPU is an object, and no JSON in a text.
const CPU_INFO_AS_OBJECT: ApiVersionRequest = ApiVersionRequest(2, 28);

/// A hypervisor that is up, or not.
pub(super) fn hypervisor(
    request: &ApiRequest,
    Hypervisor { node, service }: &Hypervisor,
    is_up: bool,
    detail: Detail,
) -> Value {
    let mut shown = match detail {
        Detail::Little => json!({}),
        Detail::All => details(request, node, service),
    };
    shown["id"] = node.id.into();
    shown["hypervisor_hostname"] = node.hypervisor_hostname.as_str().into();
    shown["state"] = if is_up { "up" } else { "down" }.into();
    shown["status"] = if service.disabled { "disabled" } else { "enabled" }.into();
    shown
}

fn details(request: &ApiRequest, node: &ComputeNode, service: &Service) -> Value {
    let as_object = request.version.is_none_or(|version| version >= CPU_INFO_AS_OBJECT);
    let cpu_info = match as_object {
        true => serde_json::from_str(&node.cpu_info).unwrap_or_else(|_| json!({})),
        false => json!(node.cpu_info),
    };
    json!({
        "vcpus": node.vcpus,
        "memory_mb": node.memory_mb,
        "local_gb": node.local_gb,
        "vcpus_used": node.vcpus_used,
        "memory_mb_used": node.memory_mb_used,
        "local_gb_used": node.local_gb_used,
        "hypervisor_type": node.hypervisor_type,
        "hypervisor_version": node.hypervisor_version,
        "free_ram_mb": node.free_ram_mb,
        "free_disk_gb": node.free_disk_gb,
        "current_workload": node.current_workload,
        "running_vms": node.running_vms,
        "disk_available_least": node.disk_available_least,
        "host_ip": node.host_ip,
        "cpu_info": cpu_info,
        "service": {
            "id": service.id,
            "host": node.host,
            "disabled_reason": service.disabled_reason,
        },
    })
}

/// The servers on a host: only their names.
pub(super) fn servers(instances: &[Tracked<Instance>]) -> Value {
    let server = |instance: &Instance| json!({ "name": instance.name(), "uuid": instance.uuid });
    instances.iter().map(|instance| server(instance)).collect()
}
