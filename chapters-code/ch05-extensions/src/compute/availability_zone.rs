//! Zones (`nova/api/openstack/compute/availability_zone.py`).

use super::services::API_SERVICES;
use crate::{
    compute_api::{CreateRequest, HostAPI, INTERNAL_SERVICE_AVAILABILITY_ZONE},
    extension::{
        ExtensionEntryPoint, ResourceExtension, ServerBody, ServerPart, V21ApiExtension,
        entry_point,
    },
    validation::{Client, parameter_types::name},
};
use nova_objects::{DateTime, Service};
use nova_router::{ApiError, ApiRequest, Controller, ResourceOptions, method};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The extension `os-availability-zone`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "availability_zone",
    "nova.api.openstack.compute.availability_zone:AvailabilityZone",
    |plugs| {
        let controller = AvailabilityZoneController { host_api: HostAPI::new(plugs)? }.methods();
        let options = ResourceOptions::default().collection("detail", "GET");
        let zones = ResourceExtension::new("os-availability-zone", controller).options(options);
        let about = "1. Add availability_zone to the Create Server API. \
                     2. Add availability zones describing.";
        Ok(V21ApiExtension::new("AvailabilityZone", "os-availability-zone", about)
            .resource(zones)
            .server_create(ServerPart::new(schema, read)))
    },
);

fn schema(client: Client) -> Value {
    json!({ "availability_zone": name(client) })
}

/// `ZONE`, or from those who may choose the host `ZONE:HOST`, `ZONE:HOST:NODE`, `ZONE::NODE`
/// (`parse_availability_zone`).
fn read(wish: ServerBody<'_>, create: &mut CreateRequest) -> Result<(), ApiError> {
    let Some(text) = wish.text("availability_zone") else { return Ok(()) };
    let mut words =
        text.trim().split(':').map(str::to_owned).map(|w| Some(w).filter(|w| !w.is_empty()));
    create.availability_zone = words.next().flatten();
    create.forced_host = words.next().flatten();
    create.forced_node = words.next().flatten();
    if words.next().is_some() {
        let reason = "Unable to parse availability_zone";
        return Err(ApiError::http(400, format!("Invalid input received: {reason}")));
    }
    Ok(())
}

/// The controller behind `/os-availability-zone`.
struct AvailabilityZoneController {
    host_api: HostAPI,
}

/// A zone, and the services in it; a zone is available if one of them is not disabled.
struct Zone {
    name: String,
    services: Vec<Service>,
}

impl Zone {
    fn is_available(&self) -> bool {
        self.services.iter().any(|service| !service.disabled)
    }
}

impl AvailabilityZoneController {
    fn methods(self) -> Controller {
        let index = method(Self::index).policy("os_compute_api:os-availability-zone:list");
        let detail = method(Self::detail).policy("os_compute_api:os-availability-zone:detail");
        Controller::builder("AvailabilityZoneController", Arc::new(self))
            .action("index", index.expected_errors(&[]))
            .action("detail", detail.expected_errors(&[]))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let mut zones = self.zones(&request).await?;
        zones.retain(|zone| zone.name != INTERNAL_SERVICE_AVAILABILITY_ZONE);
        Ok(document(&zones, |_| Value::Null))
    }

    async fn detail(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let zones = self.zones(&request).await?;
        Ok(document(
            &zones,
            |zone| if zone.is_available() { self.hosts(zone) } else { Value::Null },
        ))
    }

    /// All zones with a service in them, those that are available first
    /// (`get_availability_zones`).
    async fn zones(&self, request: &ApiRequest) -> Result<Vec<Zone>, ApiError> {
        let context = request.context()?;
        let of_hosts = self.host_api.zones(context).await?;
        let mut zones: Vec<Zone> = Vec::new();
        for service in self.host_api.service_get_all(context).await? {
            let (name, service) = (of_hosts.of_service(&service), (*service).clone());
            match zones.iter_mut().find(|zone| zone.name == name) {
                Some(zone) => zone.services.push(service),
                None => zones.push(Zone { name: name.to_owned(), services: vec![service] }),
            }
        }
        zones.sort_by_key(|zone| !zone.is_available());
        Ok(zones)
    }

    /// The services of a zone that are not disabled, by host and name.
    fn hosts(&self, zone: &Zone) -> Value {
        let mut hosts = Map::new();
        let hidden = |service: &&Service| {
            service.disabled || API_SERVICES.contains(&service.binary.as_str())
        };
        for service in zone.services.iter().filter(|service| !hidden(service)) {
            let host = hosts.entry(&service.host).or_insert_with(|| json!({}));
            host[&service.binary] = json!({
                "available": self.host_api.service_is_up(service),
                "active": true,
                "updated_at": service.updated_at.map(DateTime::to_naive),
            });
        }
        hosts.into()
    }
}

fn document(zones: &[Zone], hosts: impl Fn(&Zone) -> Value) -> Value {
    let shown = zones.iter().map(|zone| {
        json!({
            "zoneName": zone.name,
            "zoneState": { "available": zone.is_available() },
            "hosts": hosts(zone),
        })
    });
    json!({ "availabilityZoneInfo": shown.collect::<Vec<_>>() })
}
