//! `/os-hypervisors` (`nova/api/openstack/compute/hypervisors.py`).

mod statistics;
mod view;

use super::paging::Paging;
use crate::{
    compute_api::{HostAPI, HostError},
    extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point},
};
use nova_objects::{ComputeNode, RemoteError, Service, Tracked};
use nova_router::{
    ApiError, ApiRequest, ApiVersionRequest, Controller, Method, ResourceOptions, method,
};
use serde_json::{Value, json};
use std::sync::Arc;
use view::Detail;

/// The extension `os-hypervisors`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("hypervisors", "nova.api.openstack.compute.hypervisors:Hypervisors", |plugs| {
        let controller = HypervisorsController { host_api: HostAPI::new(plugs)? }.methods();
        let options = ResourceOptions::default()
            .collection("detail", "GET")
            .collection("statistics", "GET")
            .member("uptime", "GET")
            .member("search", "GET")
            .member("servers", "GET");
        let about = "Admin-only hypervisor administration.";
        Ok(V21ApiExtension::new("Hypervisors", "os-hypervisors", about)
            .resource(ResourceExtension::new("os-hypervisors", controller).options(options)))
    });

/// The version from which on the lists have pages.
const PAGED: ApiVersionRequest = ApiVersionRequest(2, 33);

/// The controller behind `/os-hypervisors`.
struct HypervisorsController {
    host_api: HostAPI,
}

/// A hypervisor, and the service that drives it.
struct Hypervisor {
    node: Tracked<ComputeNode>,
    service: Tracked<Service>,
}

impl HypervisorsController {
    fn methods(self) -> Controller {
        let governed = |method: Method<Self>, errors| {
            method.expected_errors(errors).policy("os_compute_api:os-hypervisors")
        };
        Controller::builder("HypervisorsController", Arc::new(self))
            .action("index", governed(method(Self::index), &[400]))
            .action("detail", governed(method(Self::detail), &[400]))
            .action("statistics", governed(method(Self::statistics), &[]))
            .action("show", governed(method(Self::show), &[404]))
            .action("uptime", governed(method(Self::uptime), &[400, 404, 501]))
            .action("search", governed(method(Self::search), &[404]))
            .action("servers", governed(method(Self::servers), &[404]))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        self.list(&request, "os-hypervisors", Detail::Little).await
    }

    async fn detail(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        self.list(&request, "os-hypervisors/detail", Detail::All).await
    }

    async fn statistics(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let nodes = self.host_api.compute_node_get_all(request.context()?).await?;
        let mut in_service = self.with_services(&request, nodes).await?;
        in_service.retain(|hypervisor| !hypervisor.service.disabled);
        Ok(json!({ "hypervisor_statistics": statistics::of(&in_service) }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let hypervisor = self.hypervisor(&request).await?;
        Ok(json!({ "hypervisor": self.view(&request, &hypervisor, Detail::All) }))
    }

    async fn uptime(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let hypervisor = self.hypervisor(&request).await?;
        let context = request.context()?;
        let uptime = match self.host_api.get_host_uptime(context, &hypervisor.node.host).await {
            Err(HostError::Remote(error)) if is_unsupported(&error) => {
                let explanation = "The requested functionality is not supported.";
                return Err(ApiError::http(501, explanation));
            }
            uptime => uptime?,
        };
        let mut shown = self.view(&request, &hypervisor, Detail::Little);
        shown["uptime"] = uptime.into();
        Ok(json!({ "hypervisor": shown }))
    }

    async fn search(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let found = self.matching(&request).await?;
        let shown = found.iter().map(|found| self.view(&request, found, Detail::Little));
        Ok(json!({ "hypervisors": shown.collect::<Vec<_>>() }))
    }

    async fn servers(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let mut hypervisors = Vec::new();
        for found in self.matching(&request).await? {
            let host = &found.node.host;
            let instances =
                self.host_api.instance_get_all_by_host(request.context()?, host).await?;
            let mut shown = self.view(&request, &found, Detail::Little);
            if !instances.is_empty() {
                shown["servers"] = view::servers(&instances);
            }
            hypervisors.push(shown);
        }
        Ok(json!({ "hypervisors": hypervisors }))
    }

    async fn list(
        &self,
        request: &ApiRequest,
        path: &str,
        detail: Detail,
    ) -> Result<Value, ApiError> {
        let mut nodes = self.host_api.compute_node_get_all(request.context()?).await?;
        let paged = request.version.is_none_or(|version| version >= PAGED);
        let paging = paged.then(|| Paging::of(&request.query)).transpose()?;
        if let Some(paging) = &paging {
            nodes = Paging::found(paging.cut(nodes, |node| node.id.to_string()))?;
        }
        let (count, last) = (nodes.len(), nodes.last().map(|node| node.id.to_string()));
        let hypervisors = self.with_services(request, nodes).await?;
        let shown = hypervisors.iter().map(|hypervisor| self.view(request, hypervisor, detail));
        let mut document = json!({ "hypervisors": shown.collect::<Vec<_>>() });
        if let Some(next) = paging.and_then(|page| page.next(request, path, count, last.as_deref()))
        {
            document["hypervisors_links"] = next;
        }
        Ok(document)
    }

    /// The hypervisor whose number stands in the URL.
    async fn hypervisor(&self, request: &ApiRequest) -> Result<Hypervisor, ApiError> {
        let id = request.arg("id");
        let node = match id.parse() {
            Ok(number) => self.host_api.compute_node_get(request.context()?, number).await?,
            Err(_) => None,
        };
        let found = self.with_services(request, node.into_iter().collect()).await?;
        let unknown = || format!("Hypervisor with ID '{id}' could not be found.");
        found.into_iter().next().ok_or_else(|| ApiError::http(404, unknown()))
    }

    /// Those whose names have in them what stands in the URL.
    async fn matching(&self, request: &ApiRequest) -> Result<Vec<Hypervisor>, ApiError> {
        let (context, pattern) = (request.context()?, request.arg("id"));
        let nodes = self.host_api.compute_node_search_by_hypervisor(context, pattern).await?;
        if nodes.is_empty() {
            let explanation = format!("No hypervisor matching '{pattern}' could be found.");
            return Err(ApiError::http(404, explanation));
        }
        self.with_services(request, nodes).await
    }

    /// Each with its service. One whose service was deleted does not count any more.
    async fn with_services(
        &self,
        request: &ApiRequest,
        nodes: Vec<Tracked<ComputeNode>>,
    ) -> Result<Vec<Hypervisor>, ApiError> {
        let mut services = self.host_api.service_get_all(request.context()?).await?;
        services.retain(|service| service.binary == "nova-compute");
        let hypervisors = nodes.into_iter().filter_map(|node| {
            let service = services.iter().find(|service| service.host == node.host)?.clone();
            Some(Hypervisor { node, service })
        });
        Ok(hypervisors.collect())
    }

    fn view(&self, request: &ApiRequest, hypervisor: &Hypervisor, detail: Detail) -> Value {
        let is_up = self.host_api.service_is_up(&hypervisor.service);
        view::hypervisor(request, hypervisor, is_up, detail)
    }
}

/// Does the driver not know how, or the compute service not even the question?
fn is_unsupported(error: &RemoteError) -> bool {
    matches!(error.class.as_str(), "NotImplementedError" | "NoSuchMethod")
}
