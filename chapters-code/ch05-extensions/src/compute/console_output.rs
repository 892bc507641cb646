//! What guests wrote to their consoles (`nova/api/openstack/compute/console_output.py`).

use super::remote_consoles::refusal;
use crate::{
    compute_api::API,
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
    validation::{Validated, Validation, parameter_types::object},
};
use nova_router::{ApiError, ApiRequest, Controller, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-console-output`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "console_output",
    "nova.api.openstack.compute.console_output:ConsoleOutput",
    |plugs| {
        let output = method(get_console_output)
            .policy("os_compute_api:os-console-output")
            .schema(Validation::new(&schema())?)
            .expected_errors(&[404, 409, 501]);
        let controller = Controller::builder("ConsoleOutputController", Arc::new(API::new(plugs)?))
            .wsgi_action("os-getConsoleOutput", output)
            .build();
        let about = "Console log output support, with tailing ability.";
        Ok(V21ApiExtension::new("ConsoleOutput", "os-console-output", about)
            .controller_extension("servers", controller))
    },
);

/// How many lines, as a number or in digits; a null or a -1 for all of them.
fn schema() -> Value {
    let length = json!({
        "type": ["integer", "string", "null"],
        "pattern": "^(-1|[0-9]+)$",
        "minimum": -1,
    });
    let wanted = object(json!({ "length": length }), &[]);
    object(json!({ "os-getConsoleOutput": wanted }), &["os-getConsoleOutput"])
}

async fn get_console_output(compute_api: Arc<API>, request: ApiRequest) -> Result<Value, ApiError> {
    let body = request.body.clone().unwrap_or_default();
    let instance = compute_api.instance(&request).await?;
    let length = length(&body["os-getConsoleOutput"]["length"]);
    let output = compute_api.get_console_output(request.context()?, instance, length).await;
    let mut output = output.map_err(refusal)?;
    output.retain(|c| !is_control(c));
    Ok(json!({ "output": output }))
}

/// A number beyond all numbers is as good as the largest there is.
fn length(wanted: &Value) -> Option<i64> {
    match wanted {
        Value::String(digits) => Some(digits.parse().unwrap_or(i64::MAX)),
        Value::Number(number) => Some(number.as_i64().unwrap_or(i64::MAX)),
        _ => None,
    }
}

/// What XML could not carry. Lines and tabs stay.
fn is_control(c: char) -> bool {
    c < ' ' && !matches!(c, '\t' | '\n')
}
