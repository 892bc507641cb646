//! `/os-services` (`nova/api/openstack/compute/services.py`).

use super::options::{is_true, value};
use crate::{
    compute_api::HostAPI,
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    validation::{
        Validated, Validation,
        parameter_types::{boolean, hostname, object},
    },
};
use nova_objects::{DateTime, Service};
use nova_router::{ApiError, ApiRequest, ApiVersionRequest, Controller, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-services`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("services", "nova.api.openstack.compute.services:Services", |plugs| {
        let controller = ServiceController { host_api: HostAPI::new(plugs)? }.methods()?;
        Ok(V21ApiExtension::new("Services", "os-services", "Services support.")
            .resource(ResourceExtension::new("os-services", controller)))
    });

/// The services of the API itself, which do not report and are not shown.
pub(super) const API_SERVICES: [&str; 3] = ["nova-osapi_compute", "nova-ec2", "nova-metadata"];

/// The version from which on administrators can declare a service dead.
const FORCED_DOWN: ApiVersionRequest = ApiVersionRequest(2, 11);

/// The controller behind `/os-services`.
struct ServiceController {
    host_api: HostAPI,
}

impl ServiceController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let rule = "os_compute_api:os-services";
        let update = Validation::versioned(
            |_| service_update(),
            &[(FORCED_DOWN, |schema| schema["properties"]["forced_down"] = boolean())],
        )?;
        let (index, delete) = (method(Self::index), method(Self::delete).response(204));
        let update = method(Self::update).schema(update);
        Ok(Controller::builder("ServiceController", Arc::new(self))
            .action("index", index.expected_errors(&[]).policy(rule))
            .action("update", update.expected_errors(&[400, 404]).policy(rule))
            .action("delete", delete.expected_errors(&[400, 404]).policy(rule))
            .build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let context = request.context()?;
        let wanted = |name| value(&request.query, name).filter(|text| !text.is_empty());
        let (host, binary) = (wanted("host"), wanted("binary"));
        let mut services = self.host_api.service_get_all(context).await?;
        services.retain(|service| {
            !API_SERVICES.contains(&service.binary.as_str())
                && host.is_none_or(|host| service.host == host)
                && binary.is_none_or(|binary| service.binary == binary)
        });
        let zones = self.host_api.zones(context).await?;
        let shown = services.iter().map(|service| {
            let mut shown = self.shown(service, zones.of_service(service));
            if request.version.is_none_or(|version| version >= FORCED_DOWN) {
                shown["forced_down"] = service.forced_down.into();
            }
            shown
        });
        Ok(json!({ "services": shown.collect::<Vec<_>>() }))
    }

    fn shown(&self, service: &Service, zone: &str) -> Value {
        json!({
            "binary": service.binary,
            "host": service.host,
            "id": service.id,
            "zone": zone,
            "status": if service.disabled { "disabled" } else { "enabled" },
            "state": if self.host_api.service_is_up(service) { "up" } else { "down" },
            "updated_at": service.updated_at.map(DateTime::to_naive),
            "disabled_reason": service.disabled_reason,
        })
    }

    /// What is to be done stands where other resources have an id.
    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let forces_down = request.version.is_none_or(|version| version >= FORCED_DOWN);
        let reason = body.get("disabled_reason").and_then(Value::as_str).map(str::to_owned);
        match request.arg("id") {
            "enable" => self.enable_disable(&request, &body, false, None).await,
            "disable" => self.enable_disable(&request, &body, true, None).await,
            "disable-log-reason" if reason.is_none() => {
                Err(ApiError::http(400, "Missing disabled reason field"))
            }
            "disable-log-reason" => self.enable_disable(&request, &body, true, reason).await,
            "force-down" if forces_down => self.force_down(&request, &body).await,
            _ => Err(ApiError::http(404, "Unknown action")),
        }
    }

    async fn enable_disable(
        &self,
        request: &ApiRequest,
        body: &Value,
        disabled: bool,
        reason: Option<String>,
    ) -> Result<Value, ApiError> {
        let status = if disabled { "disabled" } else { "enabled" };
        let mut answer = named(body);
        answer["status"] = status.into();
        if let Some(reason) = &reason {
            answer["disabled_reason"] = reason.as_str().into();
        }
        self.change(request, body, |service| {
            (service.disabled, service.disabled_reason) = (disabled, reason);
        })
        .await?;
        Ok(json!({ "service": answer }))
    }

    async fn force_down(&self, request: &ApiRequest, body: &Value) -> Result<Value, ApiError> {
        let Some(wanted) = body.get("forced_down") else {
            return Err(ApiError::http(400, "Missing forced_down field"));
        };
        let forced_down = is_true(wanted);
        self.change(request, body, |service| service.forced_down = forced_down).await?;
        let mut answer = named(body);
        answer["forced_down"] = forced_down.into();
        Ok(json!({ "service": answer }))
    }

    async fn change(
        &self,
        request: &ApiRequest,
        body: &Value,
        change: impl FnOnce(&mut Service) + Send,
    ) -> Result<(), ApiError> {
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let (host, binary) = (text("host"), text("binary"));
        Ok(self.host_api.service_update(request.context()?, host, binary, change).await?)
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let id = request.arg("id");
        let Ok(number) = id.parse::<i64>() else {
            return Err(ApiError::http(400, "Invalid input received: id must be an integer"));
        };
        let deleted = self.host_api.service_delete(request.context()?, &number.to_string()).await;
        match deleted {
            Err(error) if error.is_not_found() => {
                Err(ApiError::http(404, format!("Service {id} not found.")))
            }
            deleted => Ok(deleted?),
        }
    }
}

/// The service that a body is about.
fn named(body: &Value) -> Value {
    json!({ "host": body["host"], "binary": body["binary"] })
}

fn service_update() -> Value {
    let text = json!({ "type": "string", "minLength": 1, "maxLength": 255 });
    let fields = json!({ "host": hostname(), "binary": text, "disabled_reason": text });
    object(fields, &["host", "binary"])
}
