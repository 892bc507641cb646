//! Which projects may use a flavor that is not public
//! (`nova/api/openstack/compute/flavor_access.py`).

use super::flavor_keys::{FlavorKey, flavor_keys, key};
use crate::{
    compute::added_keys::is_for,
    compute_api::Flavors,
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    validation::{Validated, Validation, parameter_types::object},
};
use nova_objects::Flavor;
use nova_router::{
    ApiError, ApiRequest, ApiVersionRequest, Controller, Method, ResourceOptions, method,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-flavor-access`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "flavor_access",
    "nova.api.openstack.compute.flavor_access:FlavorAccess",
    |plugs| {
        let access = Arc::new(FlavorAccessController { flavors: Flavors::new(plugs)? });
        let shown = ["show", "detail", "create"];
        let keys = flavor_keys(plugs, "FlavorActionController", RULE, &shown, KEYS)?;
        let below = ResourceOptions::default().parent("flavor", "flavors");
        Ok(V21ApiExtension::new("FlavorAccess", ALIAS, "Flavor access support.")
            .resource(ResourceExtension::new(ALIAS, access.clone().methods()).options(below))
            .controller_extension("flavors", access.wsgi_actions()?)
            .controller_extension("flavors", keys))
    },
);

const ALIAS: &str = "os-flavor-access";

const RULE: &str = "os_compute_api:os-flavor-access";

const KEYS: &[FlavorKey] = &[key("os-flavor-access:is_public", |flavor| json!(flavor.is_public))];

/// The controller behind `/flavors/{flavor_id}/os-flavor-access`, and behind two actions of
/// flavors.
struct FlavorAccessController {
    flavors: Flavors,
}

impl FlavorAccessController {
    fn methods(self: Arc<Self>) -> Controller {
        let index = method(Self::index).expected_errors(&[404]).policy(RULE);
        Controller::builder("FlavorAccessController", self).action("index", index).build()
    }

    fn wsgi_actions(self: Arc<Self>) -> Result<Controller, ExtensionError> {
        let add = access_of(method(Self::add_tenant_access), ADD)?;
        let add = add.policy("os_compute_api:os-flavor-access:add_tenant_access");
        let remove = access_of(method(Self::remove_tenant_access), REMOVE)?;
        let remove = remove.policy("os_compute_api:os-flavor-access:remove_tenant_access");
        Ok(Controller::builder("FlavorActionController", self)
            .wsgi_action(ADD, add.expected_errors(&[400, 403, 404, 409]))
            .wsgi_action(REMOVE, remove.expected_errors(&[400, 403, 404, 409]))
            .build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let flavor = self.flavors.get(request.context()?, request.arg("flavor_id")).await?;
        if flavor.is_public {
            return Err(ApiError::http(404, "Access list not available for public flavors."));
        }
        Ok(access(&flavor))
    }

    async fn add_tenant_access(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let context = request.context()?;
        let mut flavor = self.flavors.get(context, request.arg("id")).await?;
        if flavor.is_public && is_for(&request, ApiVersionRequest(2, 7)) {
            return Err(ApiError::http(409, "Can not add access to a public flavor."));
        }
        self.flavors.add_access(context, &mut flavor, tenant(&request, ADD)).await?;
        Ok(access(&flavor))
    }

    async fn remove_tenant_access(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let context = request.context()?;
        let mut flavor = self.flavors.get(context, request.arg("id")).await?;
        self.flavors.remove_access(context, &mut flavor, tenant(&request, REMOVE)).await?;
        Ok(access(&flavor))
    }
}

const ADD: &str = "addTenantAccess";

const REMOVE: &str = "removeTenantAccess";

/// `method`, for bodies that name a project under `action`.
fn access_of<S: Send + Sync + 'static>(
    method: Method<S>,
    action: &str,
) -> Result<Method<S>, ExtensionError> {
    let tenant = json!({ "tenant": { "type": "string", "minLength": 1, "maxLength": 255 } });
    let schema = object(json!({ action: object(tenant, &["tenant"]) }), &[action]);
    Ok(method.schema(Validation::new(&schema)?))
}

fn tenant<'r>(request: &'r ApiRequest, action: &str) -> &'r str {
    let body = request.body.as_ref().map(|body| &body[action]["tenant"]);
    body.and_then(Value::as_str).unwrap_or_default()
}

fn access(flavor: &Flavor) -> Value {
    let projects = flavor.projects.iter();
    let access = projects.map(|p| json!({ "flavor_id": flavor.flavorid, "tenant_id": p }));
    json!({ "flavor_access": access.collect::<Vec<_>>() })
}
