//! `/os-server-groups` (`nova/api/openstack/compute/server_groups.py`).

use super::{options::value, paging::limited};
use crate::{
    compute_api::{ComputeApiError, ServerGroupAPI},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    validation::{
        Client, Validated, Validation,
        parameter_types::{name, object},
    },
};
use nova_objects::{InstanceGroup, Tracked};
use nova_router::{ApiError, ApiRequest, ApiVersionRequest, Controller, Method, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-server-groups`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "server_groups",
    "nova.api.openstack.compute.server_groups:ServerGroups",
    |plugs| {
        let controller = ServerGroupController { api: ServerGroupAPI::new(plugs)? }.methods()?;
        Ok(V21ApiExtension::new("ServerGroups", "os-server-groups", "Server group support.")
            .resource(ResourceExtension::new("os-server-groups", controller)))
    },
);

/// The controller behind `/os-server-groups`.
struct ServerGroupController {
    api: ServerGroupAPI,
}

impl ServerGroupController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let schema = Validation::versioned(
            |client| create_schema(client, &["anti-affinity", "affinity"]),
            &[(ApiVersionRequest(2, 15), |schema| *schema = create_schema(Client::V21, &POLICIES))],
        )?;
        let governed = |method: Method<Self>, errors| {
            method.expected_errors(errors).policy("os_compute_api:os-server-groups")
        };
        Ok(Controller::builder("ServerGroupController", Arc::new(self))
            .action("index", governed(method(Self::index), &[400]))
            .action("show", governed(method(Self::show), &[404]))
            .action("create", governed(method(Self::create), &[400, 403]).schema(schema))
            .action("delete", governed(method(Self::delete), &[404]).response(204))
            .build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let context = request.context()?;
        let all_projects = context.is_admin && value(&request.query, "all_projects").is_some();
        let groups = self.api.get_all(context, all_projects).await?;
        let groups = limited(&request.query, groups)?;
        let there = self.api.members(context, &groups).await?;
        let shown = groups.iter().map(|group| view(&request, group, &there));
        Ok(json!({ "server_groups": shown.collect::<Vec<_>>() }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let group = self.api.get(request.context()?, request.arg("id")).await;
        self.one(&request, group.map_err(not_found)?).await
    }

    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let wish = &body["server_group"];
        let name = wish["name"].as_str().unwrap_or_default();
        let policies = wish["policies"].as_array().into_iter().flatten();
        let policies = policies.filter_map(Value::as_str).map(str::to_owned).collect();
        let group = self.api.create(request.context()?, name.trim(), policies).await?;
        self.one(&request, group).await
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let deleted = self.api.delete(request.context()?, request.arg("id")).await;
        deleted.map_err(not_found)
    }

    async fn one(
        &self,
        request: &ApiRequest,
        group: Tracked<InstanceGroup>,
    ) -> Result<Value, ApiError> {
        let groups = [group];
        let there = self.api.members(request.context()?, &groups).await?;
        let [group] = &groups;
        Ok(json!({ "server_group": view(request, group, &there) }))
    }
}

/// A group that stands in a URL and is unknown is a 404; one that a body names, a 400.
fn not_found(error: ComputeApiError) -> ApiError {
    match error {
        ComputeApiError::InstanceGroupNotFound(_) => ApiError::http(404, error.to_string()),
        error => error.into(),
    }
}

/// A group as clients see it; of its members, those that are `there`. Its notes were never used.
fn view(request: &ApiRequest, group: &InstanceGroup, there: &[String]) -> Value {
    let members = there.iter().filter(|uuid| group.members.contains(uuid));
    let mut shown = json!({
        "id": group.uuid,
        "name": group.name,
        "policies": group.policies,
        "members": members.collect::<Vec<_>>(),
        "metadata": {},
    });
    if request.version.is_none_or(|version| version >= ApiVersionRequest(2, 13)) {
        shown["project_id"] = group.project_id.as_str().into();
        shown["user_id"] = group.user_id.as_str().into();
    }
    shown
}

/// How the scheduler can be asked to place the members; the soft ones are wishes only.
const POLICIES: [&str; 4] = ["anti-affinity", "affinity", "soft-anti-affinity", "soft-affinity"];

/// A name, and one of `policies` at most.
fn create_schema(client: Client, policies: &[&str]) -> Value {
    let policies = json!({
        "type": "array",
        "items": [{ "enum": policies }],
        "uniqueItems": true,
        "additionalItems": false,
    });
    let fields = json!({ "name": name(client), "policies": policies });
    let group = object(fields, &["name", "policies"]);
    object(json!({ "server_group": group }), &["server_group"])
}
