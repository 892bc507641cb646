//! `/servers` (`nova/api/openstack/compute/servers.py`, with the extensions whose keys its answers
//! always carry).

use super::{
    paging::{Paging, values},
    schemas,
    status::vm_state_of,
    views::{Links, servers as view},
};
use crate::{
    compute_api::{API, CreateRequest},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtensionBase, entry_point,
    },
    validation::Schema,
};
use nova_objects::{Instance, Plugs, Query, RequestContext, Tracked};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, ResourceOptions, method};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

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
            create: Schema::compile(schemas::servers::create())?,
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
    create: Schema,
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
        let (paging, instances) = self.instances(&request).await?;
        let links = Links::of(&request.environ);
        let servers = instances.iter().map(|instance| view::basic(&links, instance)).collect();
        let last = instances.last().map(|instance| instance.uuid.as_str());
        Ok(paging.document(&request, "servers", servers, last))
    }

    async fn detail(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let (paging, instances) = self.instances(&request).await?;
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
        self.create.validate(request.body.as_ref())?;
        let wish = wish(request.body.as_ref().unwrap_or(&Value::Null))?;
        let instances = self.compute_api.create(request.context()?, wish).await?;
        let Some(first) = instances.first() else {
            return Err(ApiError::http(400, "min_count must be at least 1"));
        };
        let links = Links::of(&request.environ);
        let admin_pass = &Uuid::new_v4().simple().to_string()[..12];
        let server = view::create(&links, first, admin_pass);
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

    /// The page of servers that the query string asks for.
    async fn instances(
        &self,
        request: &ApiRequest,
    ) -> Result<(Paging, Vec<Tracked<Instance>>), ApiError> {
        let context = request.context()?;
        let paging = Paging::of(&request.query)?;
        let Some(query) = search(context, &request.query)? else {
            return Ok((paging, Vec::new()));
        };
        let query = paging.apply(query.descending("created_at").descending("id"));
        let instances = Paging::found(self.compute_api.get_all(context, query).await)?;
        Ok((paging, instances))
    }
}

/// The query for what the query string searches for; `None` if nothing can be found.
fn search(
    context: &RequestContext,
    options: &[(String, String)],
) -> Result<Option<Query>, ApiError> {
    let mut query = Query::all().with("deleted", false);
    let all_tenants = values(options, "all_tenants").next().is_some_and(|text| !is_false(text));
    if all_tenants && !context.is_admin {
        let policy = "os_compute_api:servers:detail:get_all_tenants";
        let refusal = format!("Policy doesn't allow {policy} to be performed.");
        return Err(ApiError::http(403, refusal));
    }
    if !all_tenants {
        query = query.with("project_id", context.project_id.clone());
    }
    let wanted: Vec<&str> = values(options, "status").collect();
    if !wanted.is_empty() {
        let states: Vec<Value> =
            wanted.iter().filter_map(|s| vm_state_of(s)).map(|state| json!(state)).collect();
        if states.is_empty() {
            return Ok(None);
        }
        query = query.with_any("vm_state", states);
    }
    // Nova takes a name as a regular expression; here it is the whole name.
    if let Some(name) = values(options, "name").next() {
        query = query.with("display_name", name);
    }
    Ok(Some(query))
}

/// What Python's `strutils.bool_from_string` takes for false; an empty value is no such thing.
fn is_false(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "0" | "f" | "false" | "n" | "no" | "off")
}

/// What a valid body asks for.
fn wish(body: &Value) -> Result<CreateRequest, ApiError> {
    let server = &body["server"];
    let text = |field: &str| server[field].as_str().map(str::to_owned);
    let (min_count, max_count) = counts(server)?;
    let hints = ["os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"];
    let hints = hints.iter().find_map(|name| body[*name].as_object());
    Ok(CreateRequest {
        name: text("name").unwrap_or_default().trim().to_owned(),
        flavor_ref: last_segment(&plain(&server["flavorRef"])),
        image_ref: image_ref(server)?,
        min_count,
        max_count,
        availability_zone: text("availability_zone"),
        metadata: server["metadata"].as_object().into_iter().flatten().map(strings).collect(),
        access_ip_v4: text("accessIPv4"),
        access_ip_v6: text("accessIPv6"),
        scheduler_hints: hints
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), texts(value)))
            .collect::<BTreeMap<_, _>>(),
    })
}

fn counts(server: &Value) -> Result<(i64, i64), ApiError> {
    let count = |field: &str| plain(&server[field]).parse::<i64>().ok();
    let min = count("min_count").unwrap_or(1);
    let max = count("max_count").unwrap_or(min);
    if min > max {
        return Err(ApiError::http(400, "min_count must be <= max_count"));
    }
    Ok((min, max))
}

/// The image's UUID: `imageRef` may be a URL that ends in it.
fn image_ref(server: &Value) -> Result<String, ApiError> {
    let Some(reference) = server["imageRef"].as_str().filter(|text| !text.is_empty()) else {
        return Err(ApiError::http(400, "Missing imageRef attribute"));
    };
    match Uuid::try_parse(&last_segment(reference)) {
        Ok(uuid) => Ok(uuid.to_string()),
        Err(_) => Err(ApiError::http(400, "Invalid imageRef provided.")),
    }
}

fn last_segment(reference: &str) -> String {
    reference.rsplit('/').next().unwrap_or_default().to_owned()
}

fn strings((name, value): (&String, &Value)) -> (String, String) {
    (name.clone(), plain(value))
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(plain).collect(),
        one => vec![plain(one)],
    }
}

fn plain(value: &Value) -> String {
    nova_objects::store::text_of(value).into_owned()
}
