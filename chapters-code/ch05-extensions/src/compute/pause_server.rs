//! Holding servers, in memory (`nova/api/openstack/compute/pause_server.py`).

use super::server_actions::server_action;
use crate::{
    compute_api::API,
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
};
use nova_router::Controller;
use std::sync::Arc;

/// The extension `os-pause-server`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("pause_server", "nova.api.openstack.compute.pause_server:PauseServer", |plugs| {
        let pause =
            server_action("os_compute_api:os-pause-server:pause", |api, context, server| {
                Box::pin(api.pause(context, server))
            });
        let unpause =
            server_action("os_compute_api:os-pause-server:unpause", |api, context, server| {
                Box::pin(api.unpause(context, server))
            });
        let controller = Controller::builder("PauseServerController", Arc::new(API::new(plugs)?))
            .wsgi_action("pause", pause)
            .wsgi_action("unpause", unpause)
            .build();
        let about = "Enable pause/unpause server actions.";
        Ok(V21ApiExtension::new("PauseServer", "os-pause-server", about)
            .controller_extension("servers", controller))
    });
