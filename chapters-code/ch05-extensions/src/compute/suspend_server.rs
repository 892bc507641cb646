//! Writing servers' memory down (`nova/api/openstack/compute/suspend_server.py`).

use super::server_actions::server_action;
use crate::{
    compute_api::API,
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
};
use nova_router::Controller;
use std::sync::Arc;

/// The extension `os-suspend-server`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "suspend_server",
    "nova.api.openstack.compute.suspend_server:SuspendServer",
    |plugs| {
        let suspend =
            server_action("os_compute_api:os-suspend-server:suspend", |api, context, server| {
                Box::pin(api.suspend(context, server))
            });
        let resume =
            server_action("os_compute_api:os-suspend-server:resume", |api, context, server| {
                Box::pin(api.resume(context, server))
            });
        let controller = Controller::builder("SuspendServerController", Arc::new(API::new(plugs)?))
            .wsgi_action("suspend", suspend)
            .wsgi_action("resume", resume)
            .build();
        let about = "Enable suspend/resume server actions.";
        Ok(V21ApiExtension::new("SuspendServer", "os-suspend-server", about)
            .controller_extension("servers", controller))
    },
);
