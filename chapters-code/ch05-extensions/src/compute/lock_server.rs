//! Closing servers to all but administrators (`nova/api/openstack/compute/lock_server.py`).

use super::server_actions::server_action;
use crate::{
    Policy, Target,
    compute_api::API,
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
};
use nova_router::{ApiError, ApiRequest, Controller, method};
use std::sync::Arc;

/// The extension `os-lock-server`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("lock_server", "nova.api.openstack.compute.lock_server:LockServer", |plugs| {
        let state = LockServerController { compute_api: API::new(plugs)?, policy: plugs.get()? };
        let lock = server_action("os_compute_api:os-lock-server:lock", |api, context, server| {
            Box::pin(api.lock(context, server))
        });
        let unlock = method(LockServerController::unlock)
            .policy("os_compute_api:os-lock-server:unlock")
            .response(202)
            .expected_errors(&[404]);
        let controller = Controller::builder("LockServerController", Arc::new(state))
            .wsgi_action("lock", lock)
            .wsgi_action("unlock", unlock)
            .build();
        let about = "Enable lock/unlock server actions.";
        Ok(V21ApiExtension::new("LockServer", "os-lock-server", about)
            .controller_extension("servers", controller))
    });

struct LockServerController {
    compute_api: API,
    policy: Policy,
}

impl AsRef<API> for LockServerController {
    fn as_ref(&self) -> &API {
        &self.compute_api
    }
}

impl LockServerController {
    /// Who did not lock the server needs to be allowed to open it all the same.
    async fn unlock(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let context = request.context()?;
        let instance = self.compute_api.instance(&request).await?;
        if !self.compute_api.is_expected_locked_by(context, &instance) {
            let target = Target {
                project_id: Some(instance.project_id.clone()),
                user_id: Some(instance.user_id.clone()),
            };
            let rule = "os_compute_api:os-lock-server:unlock:unlock_override";
            self.policy.authorize(context, rule, &target)?;
        }
        Ok(self.compute_api.unlock(context, instance).await?)
    }
}
