//! What only administrators do to servers (`nova/api/openstack/compute/admin_actions.py`).
//!
//! Nova has `resetNetwork` and `injectNetworkInfo` there too, which only the XenServer driver of
//! old could do.

use crate::{
    compute_api::API,
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
    validation::{Validated, Validation, parameter_types::object},
};
use nova_objects::VmState;
use nova_router::{ApiError, ApiRequest, Controller, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-admin-actions`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "admin_actions",
    "nova.api.openstack.compute.admin_actions:AdminActions",
    |plugs| {
        let reset_state = method(reset_state)
            .policy("os_compute_api:os-admin-actions:reset_state")
            .schema(Validation::new(&schema())?)
            .response(202)
            .expected_errors(&[404]);
        let controller = Controller::builder("AdminActionsController", Arc::new(API::new(plugs)?))
            .wsgi_action("os-resetState", reset_state)
            .build();
        let about = "Enable admin-only server actions.";
        Ok(V21ApiExtension::new("AdminActions", "os-admin-actions", about)
            .controller_extension("servers", controller))
    },
);

fn schema() -> Value {
    let state = json!({ "type": "string", "enum": ["active", "error"] });
    let reset = object(json!({ "state": state }), &["state"]);
    object(json!({ "os-resetState": reset }), &["os-resetState"])
}

async fn reset_state(compute_api: Arc<API>, request: ApiRequest) -> Result<(), ApiError> {
    let body = request.body.clone().unwrap_or_default();
    let vm_state = match body["os-resetState"]["state"].as_str() {
        Some("active") => VmState::Active,
        _ => VmState::Error,
    };
    let instance = compute_api.instance(&request).await?;
    Ok(compute_api.reset_state(request.context()?, instance, vm_state).await?)
}
