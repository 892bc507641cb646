//! The zone a server is in (`nova/api/openstack/compute/extended_availability_zone.py`).

use super::server_keys::each_server;
use crate::{
    Policy,
    compute_api::HostAPI,
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
    policy::Target,
};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, extends};
use serde_json::json;
use std::sync::Arc;

/// The extension `os-extended-availability-zone`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "extended_availability_zone",
    "nova.api.openstack.compute.extended_availability_zone:ExtendedAvailabilityZone",
    |plugs| {
        let zones = ExtendedAZ { policy: plugs.get()?, host_api: HostAPI::new(plugs)? };
        let about = "Extended Availability Zone support.";
        Ok(V21ApiExtension::new("ExtendedAvailabilityZone", "os-extended-availability-zone", about)
            .controller_extension("servers", zones.controller()))
    },
);

/// A server that is on a host is in that host's zone; one that is not yet, in the one it asked for.
struct ExtendedAZ {
    policy: Policy,
    host_api: HostAPI,
}

impl ExtendedAZ {
    fn controller(self) -> Controller {
        Controller::builder("ExtendedAZController", Arc::new(self))
            .extends("show", extends(Self::extend))
            .extends("detail", extends(Self::extend))
            .build()
    }

    async fn extend(
        self: Arc<Self>,
        request: Arc<ApiRequest>,
        mut answer: ApiResponse,
    ) -> Result<ApiResponse, ApiError> {
        let context = request.context()?;
        let rule = "os_compute_api:os-extended-availability-zone";
        if self.policy.check(context, rule, &Target::of(context)) {
            let zones = self.host_api.zones(context).await?;
            each_server(&mut answer, |instance, server| {
                let wanted = || instance.availability_zone.as_deref().unwrap_or_default();
                let zone = instance.host.as_deref().map_or_else(wanted, |host| zones.of(host));
                server.insert("OS-EXT-AZ:availability_zone".into(), json!(zone));
            });
        }
        Ok(answer)
    }
}
