//! Addresses stay hidden until they are worth something
//! (`nova/api/openstack/compute/hide_server_addresses.py`).

use super::server_keys::each_server;
use crate::{
    Policy,
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
    policy::Target,
};
use nova_objects::Instance;
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, extends};
use serde_json::json;
use std::sync::Arc;

/// The extension `os-hide-server-addresses`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "hide_server_addresses",
    "nova.api.openstack.compute.hide_server_addresses:HideServerAddresses",
    |plugs| {
        let state = HideServerAddresses { policy: plugs.get()?, options: plugs.get_or_default() };
        let controller = Controller::builder("HideServerAddressesController", Arc::new(state))
            .extends("show", extends(HideServerAddresses::extend))
            .extends("detail", extends(HideServerAddresses::extend))
            .build();
        let about = "Support hiding server addresses in certain states.";
        Ok(V21ApiExtension::new("HideServerAddresses", "os-hide-server-addresses", about)
            .controller_extension("servers", controller))
    },
);

/// Of which servers the addresses are hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `[DEFAULT] osapi_hide_server_address_states`: those in one of these vm_states.
    pub osapi_hide_server_address_states: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { osapi_hide_server_address_states: vec!["building".into()] }
    }
}

struct HideServerAddresses {
    policy: Policy,
    options: Options,
}

impl HideServerAddresses {
    /// Hides them from those whom the rule names: unlike elsewhere, it says who sees less.
    async fn extend(
        self: Arc<Self>,
        request: Arc<ApiRequest>,
        mut answer: ApiResponse,
    ) -> Result<ApiResponse, ApiError> {
        let context = request.context()?;
        let rule = "os_compute_api:os-hide-server-addresses";
        if self.policy.check(context, rule, &Target::of(context)) {
            each_server(&mut answer, |instance, server| {
                if self.hides(instance) && server.contains_key("addresses") {
                    server.insert("addresses".into(), json!({}));
                }
            });
        }
        Ok(answer)
    }

    fn hides(&self, instance: &Instance) -> bool {
        let state = instance.vm_state.to_string();
        self.options.osapi_hide_server_address_states.contains(&state)
    }
}
