//! Where a server is and what it is there, for administrators
//! (`nova/api/openstack/compute/extended_server_attributes.py`).

use super::server_keys::{ServerKey, each_server, is_for, key, key_since, server_keys};
use crate::{
    Policy,
    compute_api::HostAPI,
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
    policy::Target,
};
use nova_router::{ApiError, ApiRequest, ApiResponse, ApiVersionRequest, Controller, extends};
use serde_json::json;
use std::sync::Arc;

/// The extension `os-extended-server-attributes`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "extended_server_attributes",
    "nova.api.openstack.compute.extended_server_attributes:ExtendedServerAttributes",
    |plugs| {
        let shown = ["show", "detail"];
        let attributes =
            server_keys(plugs, "ExtendedServerAttributesController", RULE, &shown, KEYS)?;
        let host_status = HostStatus { policy: plugs.get()?, host_api: HostAPI::new(plugs)? };
        let about = "Extended Server Attributes support.";
        Ok(V21ApiExtension::new("ExtendedServerAttributes", "os-extended-server-attributes", about)
            .controller_extension("servers", attributes)
            .controller_extension("servers", host_status.controller()))
    },
);

const RULE: &str = "os_compute_api:os-extended-server-attributes";

const KEYS: &[ServerKey] = &[
    key("OS-EXT-SRV-ATTR:host", |instance| json!(instance.host)),
    key("OS-EXT-SRV-ATTR:hypervisor_hostname", |instance| json!(instance.node)),
    key("OS-EXT-SRV-ATTR:instance_name", |instance| json!(instance.name())),
    key_since(2, 3, "OS-EXT-SRV-ATTR:reservation_id", |instance| json!(instance.reservation_id)),
    key_since(2, 3, "OS-EXT-SRV-ATTR:launch_index", |instance| json!(instance.launch_index)),
    key_since(2, 3, "OS-EXT-SRV-ATTR:hostname", |instance| json!(instance.hostname)),
    key_since(2, 3, "OS-EXT-SRV-ATTR:kernel_id", |instance| json!(instance.kernel_id)),
    key_since(2, 3, "OS-EXT-SRV-ATTR:ramdisk_id", |instance| json!(instance.ramdisk_id)),
    key_since(2, 3, "OS-EXT-SRV-ATTR:root_device_name", |i| json!(i.root_device_name)),
    key_since(2, 3, "OS-EXT-SRV-ATTR:user_data", |instance| json!(instance.user_data)),
];

/// Is a server's host well? No field of the server says so.
struct HostStatus {
    policy: Policy,
    host_api: HostAPI,
}

impl HostStatus {
    fn controller(self) -> Controller {
        Controller::builder("ExtendedServerAttributesController", Arc::new(self))
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
        let rule = "os_compute_api:servers:show:host_status";
        let may = self.policy.check(context, rule, &Target::of(context));
        if may && is_for(&request, ApiVersionRequest(2, 16)) {
            let hosts = self.host_api.host_status(context).await?;
            each_server(&mut answer, |instance, server| {
                let status = instance.host.as_ref().and_then(|host| hosts.get(host));
                server.insert("host_status".into(), json!(status.unwrap_or(&"")));
            });
        }
        Ok(answer)
    }
}
