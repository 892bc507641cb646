//! `/os-hosts`, which ended with 2.42 (`nova/api/openstack/compute/hosts.py`).
//!
//! Left out: what only some hypervisors of old could do, switching their hosts off and into
//! maintenance. [`services`](super::services) takes a host out of service.

use super::{options::value, services::API_SERVICES};
use crate::{
    compute_api::{HostAPI, HostError},
    extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point},
};
use nova_objects::{Instance, Tracked};
use nova_router::{ApiError, ApiRequest, ApiVersionRequest, Controller, Method, method};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The extension `os-hosts`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("hosts", "nova.api.openstack.compute.hosts:Hosts", |plugs| {
        let controller = HostController { host_api: HostAPI::new(plugs)? }.methods();
        let hosts = ResourceExtension::new("os-hosts", controller).member("host");
        Ok(V21ApiExtension::new("Hosts", "os-hosts", "Admin-only host administration.")
            .resource(hosts))
    });

/// The controller behind `/os-hosts`.
struct HostController {
    host_api: HostAPI,
}

impl HostController {
    fn methods(self) -> Controller {
        let governed = |method: Method<Self>, errors| {
            let method = method.expected_errors(errors).policy("os_compute_api:os-hosts");
            method.api_version(..=ApiVersionRequest(2, 42))
        };
        Controller::builder("HostController", Arc::new(self))
            .action("index", governed(method(Self::index), &[]))
            .action("show", governed(method(Self::show), &[404]))
            .build()
    }

    /// A line for each service that is not disabled.
    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let context = request.context()?;
        let wanted = value(&request.query, "zone").filter(|zone| !zone.is_empty());
        let zones = self.host_api.zones(context).await?;
        let mut services = self.host_api.service_get_all(context).await?;
        services.retain(|service| {
            !service.disabled
                && !API_SERVICES.contains(&service.binary.as_str())
                && wanted.is_none_or(|wanted| zones.of_service(service) == wanted)
        });
        let host = |service: &Tracked<_>| {
            let zone = zones.of_service(service);
            json!({ "host_name": service.host, "service": service.topic, "zone": zone })
        };
        Ok(json!({ "hosts": services.iter().map(host).collect::<Vec<_>>() }))
    }

    /// What the host has, what is used, and what its instances may use: all of them together,
    /// then those of each project.
    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let (context, host) = (request.context()?, request.arg("id"));
        let nodes = self.host_api.compute_node_get_all(context).await?;
        let Some(node) = nodes.into_iter().find(|node| node.host == host) else {
            return Err(HostError::ComputeHostNotFound(host.to_owned()).into());
        };
        let instances = self.host_api.instance_get_all_by_host(context, host).await?;
        let mut of_projects: BTreeMap<&str, Vec<&Tracked<Instance>>> = BTreeMap::new();
        for instance in &instances {
            of_projects.entry(&instance.project_id).or_default().push(instance);
        }
        let used = [node.vcpus_used, node.memory_mb_used, node.local_gb_used];
        let mut resources = vec![
            resource(host, "(total)", [node.vcpus, node.memory_mb, node.local_gb]),
            resource(host, "(used_now)", used),
            resource(host, "(used_max)", sum(&instances)),
        ];
        let of_project =
            |(project, instances): (&str, Vec<_>)| resource(host, project, sum(instances));
        resources.extend(of_projects.into_iter().map(of_project));
        Ok(json!({ "host": resources }))
    }
}

fn resource(host: &str, project: &str, [cpu, memory_mb, disk_gb]: [i64; 3]) -> Value {
    json!({
        "resource": {
            "host": host,
            "project": project,
            "cpu": cpu,
            "memory_mb": memory_mb,
            "disk_gb": disk_gb,
        },
    })
}

/// The CPUs, the memory and the disk that `instances` may use.
fn sum<'i>(instances: impl IntoIterator<Item = &'i Tracked<Instance>>) -> [i64; 3] {
    instances.into_iter().fold([0; 3], |[cpu, memory, disk], instance| {
        let gb = instance.root_gb + instance.ephemeral_gb;
        [cpu + instance.vcpus, memory + instance.memory_mb, disk + gb]
    })
}
