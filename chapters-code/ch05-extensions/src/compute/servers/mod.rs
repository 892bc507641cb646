//! `/servers` (`nova/api/openstack/compute/servers.py`).

mod actions;
mod create;
mod create_image;
mod filters;
mod networks;
mod parts;
mod rebuild;
mod resize;
mod schemas;
mod search;
mod sort;

use self::parts::Parts;
use super::{
    paging::Paging,
    server_keys::DbInstances,
    views::{Links, servers as view},
};
use crate::{
    Policy,
    compute_api::{API, CreateRequest, RebuildRequest, ResizeRequest, SearchOpts, UpdateRequest},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, SERVER_CREATE, SERVER_REBUILD,
        SERVER_RESIZE, SERVER_UPDATE, V21ApiExtension, entry_point,
    },
    validation::{Validated, Validation},
};
use nova_objects::{Instance, Plugs, Tracked};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, ResourceOptions, method};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The extension `servers`.
// ANCHOR: servers
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("servers", "nova.api.openstack.compute.servers:Servers", |plugs| {
        let controller = ServersController::new(plugs)?.methods()?;
        let options =
            ResourceOptions::default().collection("detail", "GET").member("action", "POST");
        let servers =
            ResourceExtension::new("servers", controller).member("server").options(options);
        Ok(V21ApiExtension::new("Servers", "servers", "Servers.").resource(servers))
    });
// ANCHOR_END: servers

/// The controller behind `/servers`.
pub(super) struct ServersController {
    compute_api: API,
    policy: Policy,
    create: Parts<CreateRequest>,
    update: Parts<UpdateRequest>,
    rebuild: Parts<RebuildRequest>,
    resize: Parts<ResizeRequest>,
}

impl ServersController {
    fn new(plugs: &Plugs) -> Result<Self, ExtensionError> {
        Ok(Self {
            compute_api: API::new(plugs)?,
            policy: plugs.get()?,
            create: Parts::load(plugs, SERVER_CREATE, "server", |parts| parts.create)?,
            update: Parts::load(plugs, SERVER_UPDATE, "server", |parts| parts.update)?,
            rebuild: Parts::load(plugs, SERVER_REBUILD, "rebuild", |parts| parts.rebuild)?,
            resize: Parts::load(plugs, SERVER_RESIZE, "resize", |parts| parts.resize)?,
        })
    }

    fn methods(self) -> Result<Controller, ExtensionError> {
        let create = Validation::versioned(
            |client| self.create.complete(schemas::base_create(client), client),
            schemas::CREATE_CHANGES,
        )?;
        let update = Validation::versioned(
            |client| self.update.complete(schemas::base_update(client), client),
            schemas::UPDATE_CHANGES,
        )?;
        let bodies = self.bodies()?;
        // ANCHOR: methods
        let index = method(Self::index).policy("os_compute_api:servers:index");
        let detail = method(Self::detail).policy("os_compute_api:servers:detail");
        let show = method(Self::show).policy("os_compute_api:servers:show");
        let create = method(Self::create).policy("os_compute_api:servers:create").schema(create);
        let update = method(Self::update).policy("os_compute_api:servers:update").schema(update);
        let delete = method(Self::delete).policy("os_compute_api:servers:delete");
        let controller = Controller::builder("ServersController", Arc::new(self))
            .action("index", index.expected_errors(&[400, 403]))
            .action("detail", detail.expected_errors(&[400, 403]))
            .action("show", show.expected_errors(&[404]))
            .action("create", create.response(202).expected_errors(&[400, 403, 409, 413]))
            .action("update", update.expected_errors(&[400, 404]))
            .action("delete", delete.response(204).expected_errors(&[404, 409]));
        // ANCHOR_END: methods
        Ok(Self::actions(controller, bodies).build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let (paging, instances) = self.instances(&request, "index").await?;
        let links = Links::of(&request.environ);
        let servers = instances.iter().map(|instance| view::basic(&links, instance)).collect();
        let last = instances.last().map(|instance| instance.uuid.as_str());
        Ok(paging.document(&request, "servers", servers, last).into())
    }

    async fn detail(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let (paging, instances) = self.instances(&request, "detail").await?;
        let mut servers = Vec::new();
        for instance in &instances {
            servers.push(self.shown(&request, instance).await?);
        }
        let last = instances.last().map(|instance| instance.uuid.as_str());
        let document = paging.document(&request, "servers/detail", servers, last);
        Ok(ApiResponse::from(document).cache(DbInstances::new(instances)))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let instance = self.compute_api.instance(&request).await?;
        let server = self.shown(&request, &instance).await?;
        Ok(one(server, instance))
    }

    /// Answers before anything is scheduled: what becomes of the servers is seen in their states.
    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let wish = self.create_request(&request, &body)?;
        let wants_reservation = wish.return_reservation_id;
        let instances = self.compute_api.create(request.context()?, wish).await?;
        let Some(first) = instances.into_iter().next() else {
            return Err(ApiError::http(400, "min_count must be at least 1"));
        };
        if wants_reservation {
            return Ok(json!({ "reservation_id": first.reservation_id }).into());
        }
        let links = Links::of(&request.environ);
        let server = view::create(&links, &first, &create::admin_password(&body["server"]));
        let location = links.self_link("servers", &first.uuid);
        Ok(one(server, first).header("location", location))
    }

    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let instance = self.compute_api.instance(&request).await?;
        let mut wish = UpdateRequest::default();
        self.update.read(&body, &mut wish)?;
        let server = &body["server"];
        wish.display_name = server["name"].as_str().map(|name| name.trim().to_owned());
        let description = server.get("description");
        wish.display_description = description.map(|text| text.as_str().map(str::to_owned));
        let context = request.context()?;
        let instance = self.compute_api.update_instance(context, instance, wish).await?;
        let mut server = self.shown(&request, &instance).await?;
        server["addresses"] = view::addresses(&instance, view::Addresses::Plain);
        Ok(one(server, instance))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let instance = self.compute_api.instance(&request).await?;
        Ok(self.compute_api.delete(request.context()?, instance).await?)
    }

    /// A server by itself, as the view has it: what extensions add comes later.
    async fn shown(&self, request: &ApiRequest, instance: &Instance) -> Result<Value, ApiError> {
        let context = request.context()?;
        let fault = match view::wants_fault(instance) {
            true => self.compute_api.get_fault(context, instance).await?,
            false => None,
        };
        Ok(view::show(request, context, instance, fault.as_deref()))
    }

    /// The page of servers that the query string asks for. `action` is `index` or `detail`.
    async fn instances(
        &self,
        request: &ApiRequest,
        action: &str,
    ) -> Result<(Paging, Vec<Tracked<Instance>>), ApiError> {
        let context = request.context()?;
        let paging = Paging::of(&request.query)?;
        let Some(found) = search::search_opts(&self.policy, request, action)? else {
            return Ok((paging, Vec::new()));
        };
        let found = SearchOpts { query: paging.apply(found.query.clone()), ..found };
        let instances = Paging::found(self.compute_api.get_all(context, found).await)?;
        Ok((paging, instances))
    }
}

/// The answer about one server, ready to be extended.
pub(super) fn one(server: Value, instance: Tracked<Instance>) -> ApiResponse {
    let instances = DbInstances::new(vec![instance]);
    ApiResponse::from(Value::Object(Map::from_iter([("server".to_owned(), server)])))
        .cache(instances)
}

impl API {
    /// The instance that stands in the URL, as `id` or as `server_id` (`common.get_instance`).
    pub(super) async fn instance(
        &self,
        request: &ApiRequest,
    ) -> Result<Tracked<Instance>, ApiError> {
        let uuid = match request.arg("server_id") {
            "" => request.arg("id"),
            server_id => server_id,
        };
        Ok(self.get(request.context()?, uuid).await?)
    }
}
