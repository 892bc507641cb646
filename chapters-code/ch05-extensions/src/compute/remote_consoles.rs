//! Where servers' screens can be seen (`nova/api/openstack/compute/remote_consoles.py`).
//!
//! There is VNC here, and no other protocol: those are refused as by a Nova in which they are
//! switched off.

use crate::{
    compute_api::{API, ComputeApiError},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    validation::{Change, Validated, Validation, parameter_types::object},
};
use nova_objects::NovaException;
use nova_router::{
    ApiError, ApiRequest, ApiVersionRequest, Controller, Method, ResourceOptions, method,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-remote-consoles`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "remote_consoles",
    "nova.api.openstack.compute.remote_consoles:RemoteConsoles",
    |plugs| {
        let compute_api = Arc::new(API::new(plugs)?);
        let mut actions = Controller::builder("RemoteConsolesController", Arc::clone(&compute_api));
        for kind in KINDS {
            actions = actions.wsgi_action(kind.action, kind.method()?);
        }
        let create = method(create)
            .policy(RULE)
            .schema(Validation::versioned(|_| create_schema(), CREATE_CHANGES)?)
            .api_version(ApiVersionRequest(2, 6)..)
            .expected_errors(EXPECTED);
        let consoles = Controller::builder("RemoteConsolesController", compute_api)
            .action("create", create)
            .build();
        let resource = ResourceExtension::new("remote-consoles", consoles)
            .member("remote-console")
            .options(ResourceOptions::default().parent("server", "servers"));
        Ok(V21ApiExtension::new("Consoles", "os-remote-consoles", "Interactive Console support.")
            .controller_extension("servers", actions.build())
            .resource(resource))
    },
);

const RULE: &str = "os_compute_api:os-remote-consoles";

const EXPECTED: &[u16] = &[400, 404, 409, 501];

/// A kind of console, as it was asked for until 2.5: an action for each.
struct Kind {
    action: &'static str,
    protocol: &'static str,
    types: &'static [&'static str],
}

const KINDS: &[Kind] = &[
    Kind { action: "os-getVNCConsole", protocol: "vnc", types: &["novnc", "xvpvnc"] },
    Kind { action: "os-getSPICEConsole", protocol: "spice", types: &["spice-html5"] },
    Kind { action: "os-getRDPConsole", protocol: "rdp", types: &["rdp-html5"] },
    Kind { action: "os-getSerialConsole", protocol: "serial", types: &["serial"] },
];

impl Kind {
    fn method(&'static self) -> Result<Method<API>, ExtensionError> {
        let wanted = object(json!({ "type": { "type": "string", "enum": self.types } }), &["type"]);
        let schema = object(json!({ self.action: wanted }), &[self.action]);
        let called = method(move |compute_api, request| self.get_console(compute_api, request));
        Ok(called
            .policy(RULE)
            .schema(Validation::new(&schema)?)
            .api_version(..=ApiVersionRequest(2, 5))
            .expected_errors(EXPECTED))
    }

    async fn get_console(
        &self,
        compute_api: Arc<API>,
        request: ApiRequest,
    ) -> Result<Value, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let kind = text(&body[self.action]["type"]);
        let url = url(&compute_api, &request, self.protocol, kind).await?;
        Ok(json!({ "console": { "type": kind, "url": url } }))
    }
}

/// The body of `POST /servers/{server_id}/remote-consoles`.
fn create_schema() -> Value {
    let wanted = json!({
        "protocol": { "enum": ["vnc", "spice", "rdp", "serial"] },
        "type": { "enum": ["novnc", "xvpvnc", "rdp-html5", "spice-html5", "serial"] },
    });
    let console = object(wanted, &["protocol", "type"]);
    object(json!({ "remote_console": console }), &["remote_console"])
}

/// What changes in it.
const CREATE_CHANGES: &[Change] = &[(ApiVersionRequest(2, 8), |schema| {
    let wanted = &mut schema["properties"]["remote_console"]["properties"];
    for (name, word) in [("protocol", "mks"), ("type", "webmks")] {
        if let Some(words) = wanted[name]["enum"].as_array_mut() {
            words.push(word.into());
        }
    }
})];

async fn create(compute_api: Arc<API>, request: ApiRequest) -> Result<Value, ApiError> {
    let body = request.body.clone().unwrap_or_default();
    let wanted = &body["remote_console"];
    let (protocol, kind) = (text(&wanted["protocol"]), text(&wanted["type"]));
    let url = url(&compute_api, &request, protocol, kind).await?;
    Ok(json!({ "remote_console": { "protocol": protocol, "type": kind, "url": url } }))
}

async fn url(
    compute_api: &API,
    request: &ApiRequest,
    protocol: &str,
    kind: &str,
) -> Result<Value, ApiError> {
    let instance = compute_api.instance(request).await?;
    let url = compute_api.get_console(request.context()?, instance, protocol, kind).await;
    url.map_err(refusal)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What a client reads of `error`, where a driver may not know how to do what it was asked for
/// (`common.raise_feature_not_supported`).
pub(super) fn refusal(error: ComputeApiError) -> ApiError {
    if error.class() == "NotImplementedError" {
        return ApiError::http(501, "The requested functionality is not supported.");
    }
    error.into()
}
