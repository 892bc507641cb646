//! `/servers` (`nova/api/openstack/compute/servers.py`, with the extensions whose keys its answers
//! always carry).

mod create;
mod search;

use super::{
    paging::Paging,
    schemas,
    views::{Links, servers as view},
};
use crate::{
    compute_api::{API, SearchOpts},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtensionBase, entry_point,
    },
    validation::Validation,
};
use nova_objects::{Instance, Plugs, RequestContext, Tracked};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, ResourceOptions, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `servers`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("servers", "nova.api.openstack.compute.servers:Servers", |plugs| {
        Ok(Box::new(Servers { plugs: plugs.clone() }))
    });

/// Servers.
struct Servers {
    plugs: Plugs,
}

impl V21ApiExtensionBase for Servers {
    fn name(&self) -> &'static str {
        "Servers"
    }

    fn alias(&self) -> &'static str {
        "servers"
    }

    fn get_resources(&self) -> Result<Vec<ResourceExtension>, ExtensionError> {
        let controller = ServersController {
            compute_api: API::new(&self.plugs)?,
            create: Validation::new(schemas::servers::create(), schemas::servers::create_v20())?,
        };
        Ok(vec![ResourceExtension {
            collection: "servers",
            member: "server",
            controller: controller.methods(),
            options: ResourceOptions::default()
                .collection("detail", "GET")
                .member("action", "POST"),
            custom_routes: None,
        }])
    }
}

/// The controller behind `/servers`.
struct ServersController {
    compute_api: API,
    create: Validation,
}

impl ServersController {
    fn methods(self) -> Controller {
        Controller::builder("ServersController", Arc::new(self))
            .action("index", method(Self::index).expected_errors(&[400, 403]))
            .action("detail", method(Self::detail).expected_errors(&[400, 403]))
            .action("show", method(Self::show).expected_errors(&[404]))
            .action("create", method(Self::create).response(202).expected_errors(&[400, 403, 409]))
            .action("delete", method(Self::delete).response(204).expected_errors(&[404, 409]))
            .wsgi_action("os-start", method(Self::start).response(202).expected_errors(&[404, 409]))
            .wsgi_action("os-stop", method(Self::stop).response(202).expected_errors(&[404, 409]))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let (paging, instances) = self.instances(&request, "index").await?;
        let links = Links::of(&request.environ);
        let servers = instances.iter().map(|instance| view::basic(&links, instance)).collect();
        let last = instances.last().map(|instance| instance.uuid.as_str());
        Ok(paging.document(&request, "servers", servers, last))
    }

    async fn detail(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let (paging, instances) = self.instances(&request, "detail").await?;
        let links = Links::of(&request.environ);
        let mut servers = Vec::new();
        for instance in &instances {
            servers.push(self.shown(&links, request.context()?, instance).await?);
        }
        let last = instances.last().map(|instance| instance.uuid.as_str());
        Ok(paging.document(&request, "servers/detail", servers, last))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let instance = self.instance(&request).await?;
        let links = Links::of(&request.environ);
        let server = self.shown(&links, request.context()?, &instance).await?;
        Ok(json!({ "server": server }))
    }

    /// Answers before anything is scheduled: what becomes of the servers is seen in their states.
    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let body = self.create.body(&request)?;
        let wish = create::create_request(&body)?;
        let instances = self.compute_api.create(request.context()?, wish).await?;
        let Some(first) = instances.first() else {
            return Err(ApiError::http(400, "min_count must be at least 1"));
        };
        let links = Links::of(&request.environ);
        let server = view::create(&links, first, &create::admin_password(&body));
        let location = links.self_link("servers", &first.uuid);
        Ok(ApiResponse::from(json!({ "server": server })).header("location", location))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let instance = self.instance(&request).await?;
        Ok(self.compute_api.delete(request.context()?, instance).await?)
    }

    async fn start(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let instance = self.instance(&request).await?;
        Ok(self.compute_api.start(request.context()?, instance).await?)
    }

    async fn stop(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let instance = self.instance(&request).await?;
        Ok(self.compute_api.stop(request.context()?, instance).await?)
    }

    /// The instance whose id stands in the URL.
    async fn instance(&self, request: &ApiRequest) -> Result<Tracked<Instance>, ApiError> {
        let uuid = request.arg("id");
        let instance = self.compute_api.get(request.context()?, uuid).await;
        Ok(instance?)
    }

    async fn shown(
        &self,
        links: &Links,
        context: &RequestContext,
        instance: &Instance,
    ) -> Result<Value, ApiError> {
        let fault = match view::wants_fault(instance) {
            true => self.compute_api.get_fault(context, instance).await?,
            false => None,
        };
        Ok(view::show(links, context, instance, fault.as_deref()))
    }

    /// The page of servers that the query string asks for. `action` is `index` or `detail`.
    async fn instances(
        &self,
        request: &ApiRequest,
        action: &str,
    ) -> Result<(Paging, Vec<Tracked<Instance>>), ApiError> {
        let context = request.context()?;
        let paging = Paging::of(&request.query)?;
        let Some(found) = search::search_opts(context, &request.query, action)? else {
            return Ok((paging, Vec::new()));
        };
        let query = paging.apply(found.query.descending("created_at").descending("id"));
        let found = SearchOpts { query, ..found };
        let instances = Paging::found(self.compute_api.get_all(context, found).await)?;
        Ok((paging, instances))
    }
}
