//! Deleted servers that are not gone yet (`nova/api/openstack/compute/deferred_delete.py`).

use super::server_actions::server_action;
use crate::{
    compute_api::API,
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
};
use nova_router::Controller;
use std::sync::Arc;

/// The extension `os-deferred-delete`.
///
/// Where Nova answers a `forceDelete` in the wrong state with a 500, here it is a conflict.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "deferred_delete",
    "nova.api.openstack.compute.deferred_delete:DeferredDelete",
    |plugs| {
        let rule = "os_compute_api:os-deferred-delete";
        let restore =
            server_action(rule, |api, context, server| Box::pin(api.restore(context, server)));
        let force_delete =
            server_action(rule, |api, context, server| Box::pin(api.force_delete(context, server)));
        let controller =
            Controller::builder("DeferredDeleteController", Arc::new(API::new(plugs)?))
                .wsgi_action("restore", restore.expected_errors(&[403, 404, 409]))
                .wsgi_action("forceDelete", force_delete)
                .build();
        let about = "Instance deferred delete.";
        Ok(V21ApiExtension::new("DeferredDelete", "os-deferred-delete", about)
            .controller_extension("servers", controller))
    },
);
