//! `/servers/{server_id}/ips` (`nova/api/openstack/compute/ips.py`).

use super::views::servers::{Addresses, addresses};
use crate::{
    compute_api::API,
    extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point},
};
use nova_router::{ApiError, ApiRequest, Controller, ResourceOptions, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `ips`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("ips", "nova.api.openstack.compute.ips:IPs", |plugs| {
        let controller = IPsController { compute_api: API::new(plugs)? }.methods();
        let options = ResourceOptions::default().parent("server", "servers");
        let ips = ResourceExtension::new("ips", controller).member("ip").options(options);
        Ok(V21ApiExtension::new("Ips", "ips", "Server addresses.").resource(ips))
    });

/// The controller behind it.
struct IPsController {
    compute_api: API,
}

impl IPsController {
    fn methods(self) -> Controller {
        let index = method(Self::index).policy("os_compute_api:ips:index");
        let show = method(Self::show).policy("os_compute_api:ips:show");
        Controller::builder("IPsController", Arc::new(self))
            .action("index", index.expected_errors(&[404]))
            .action("show", show.expected_errors(&[404]))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let instance = self.compute_api.instance(&request).await?;
        Ok(json!({ "addresses": addresses(&instance, Addresses::Plain) }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let (network, instance) = (request.arg("id"), self.compute_api.instance(&request).await?);
        match addresses(&instance, Addresses::Plain).get(network) {
            Some(addresses) => Ok(json!({ network: addresses })),
            None => Err(ApiError::http(404, "Instance is not a member of specified network")),
        }
    }
}
