//! Making and removing flavors (`nova/api/openstack/compute/flavor_manage.py`).

use super::{flavors::one, options::is_true};
use crate::{
    compute_api::Flavors,
    extension::{ExtensionEntryPoint, ExtensionError, V21ApiExtension, entry_point},
    validation::{
        Client, Validated, Validation,
        parameter_types::{boolean, name, non_negative_integer, object, positive_integer},
    },
};
use nova_objects::{Flavor, query::text_of};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, method};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// The extension `os-flavor-manage`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "flavor_manage",
    "nova.api.openstack.compute.flavor_manage:FlavorManage",
    |plugs| {
        let controller = FlavorManageController { flavors: Flavors::new(plugs)? }.methods()?;
        let about = "Flavor create/delete API support.";
        Ok(V21ApiExtension::new("FlavorManage", "os-flavor-manage", about)
            .controller_extension("flavors", controller))
    },
);

/// The two verbs that `/flavors` has not by itself.
struct FlavorManageController {
    flavors: Flavors,
}

impl FlavorManageController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let rule = "os_compute_api:os-flavor-manage";
        let create = method(Self::create).schema(Validation::versioned(schema, &[])?);
        let delete = method(Self::delete).response(202);
        Ok(Controller::builder("FlavorManageController", Arc::new(self))
            .wsgi_action("create", create.expected_errors(&[400, 409]).policy(rule))
            .wsgi_action("delete", delete.expected_errors(&[404]).policy(rule))
            .build())
    }

    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let flavor = self.flavors.create(request.context()?, flavor(&body["flavor"])?).await?;
        Ok(one(&request, flavor))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        Ok(self.flavors.destroy(request.context()?, request.arg("id")).await?)
    }
}

fn schema(client: Client) -> Value {
    let flavor = json!({
        "name": name(client),
        "id": {
            "type": ["string", "number", "null"],
            "minLength": 1,
            "maxLength": 255,
            "pattern": "^[a-zA-Z0-9._-]([a-zA-Z0-9. _-]*[a-zA-Z0-9._-])?$",
        },
        "ram": positive_integer(),
        "vcpus": positive_integer(),
        "disk": non_negative_integer(),
        "OS-FLV-EXT-DATA:ephemeral": non_negative_integer(),
        "swap": non_negative_integer(),
        "rxtx_factor": {
            "type": ["number", "string"],
            "pattern": r"^[0-9]+(\.[0-9]+)?$",
            "minimum": 0,
            "exclusiveMinimum": true,
        },
        "os-flavor-access:is_public": boolean(),
    });
    object(json!({ "flavor": object(flavor, &["name", "ram", "vcpus", "disk"]) }), &["flavor"])
}

/// The flavor that a body asks for, which its schema allows.
fn flavor(wish: &Value) -> Result<Flavor, ApiError> {
    let flavorid = match &wish["id"] {
        Value::Null => Uuid::new_v4().to_string(),
        id => text_of(id).into_owned(),
    };
    let name = wish["name"].as_str().unwrap_or_default().trim();
    let sizes = [number(&wish["ram"]), number(&wish["vcpus"]), number(&wish["disk"])];
    let [memory_mb, vcpus, root_gb] = sizes;
    let is_public = &wish["os-flavor-access:is_public"];
    Ok(Flavor {
        ephemeral_gb: number(&wish["OS-FLV-EXT-DATA:ephemeral"]),
        swap: number(&wish["swap"]),
        rxtx_factor: rxtx_factor(&wish["rxtx_factor"])?,
        is_public: is_public.is_null() || is_true(is_public),
        ..Flavor::new(&flavorid, name, memory_mb, vcpus, root_gb)
    })
}

/// A number that may be written in digits; nothing is 0.
fn number(value: &Value) -> i64 {
    text_of(value).parse().unwrap_or(0)
}

/// The largest number that Nova's column holds.
const SQL_SP_FLOAT_MAX: f64 = 3.40282e+38;

fn rxtx_factor(wanted: &Value) -> Result<f64, ApiError> {
    if wanted.is_null() {
        return Ok(1.0);
    }
    let factor: f64 = text_of(wanted).parse().unwrap_or(f64::NAN);
    if factor > 0.0 && factor <= SQL_SP_FLOAT_MAX {
        return Ok(factor);
    }
    let problem = "'rxtx_factor' argument must be a float between 0 and 3.40282e+38";
    Err(ApiError::http(400, format!("Invalid input received: {problem}")))
}
