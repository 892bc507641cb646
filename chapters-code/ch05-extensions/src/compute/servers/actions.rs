//! What can be done to a server by `POST /servers/{id}/action`, of what is always there
//! (`ServersController._action_*`, `_start_server`, `_stop_server`).

use super::{ServersController, schemas};
use crate::{
    compute::server_actions::server_action,
    compute_api::API,
    extension::ExtensionError,
    validation::{Validated, Validation},
};
use nova_router::{ApiError, ApiRequest, ControllerBuilder, method};
use std::sync::Arc;

impl AsRef<API> for ServersController {
    fn as_ref(&self) -> &API {
        &self.compute_api
    }
}

/// The bodies of the actions that say something.
pub(super) struct Bodies {
    reboot: Validation,
    rebuild: Validation,
    resize: Validation,
    create_image: Validation,
}

impl ServersController {
    /// The bodies of the actions, with what extensions add to them.
    pub(super) fn bodies(&self) -> Result<Bodies, ExtensionError> {
        Ok(Bodies {
            reboot: Validation::new(&schemas::reboot())?,
            rebuild: Validation::versioned(
                |client| self.rebuild.complete(schemas::base_rebuild(client), client),
                schemas::REBUILD_CHANGES,
            )?,
            resize: Validation::versioned(
                |client| self.resize.complete(schemas::base_resize(), client),
                &[],
            )?,
            create_image: Validation::versioned(schemas::create_image, &[])?,
        })
    }

    /// Adds the actions to the controller.
    pub(super) fn actions(
        builder: ControllerBuilder<Self>,
        bodies: Bodies,
    ) -> ControllerBuilder<Self> {
        let start = server_action("os_compute_api:servers:start", |api, context, server| {
            Box::pin(api.start(context, server))
        });
        let stop = server_action("os_compute_api:servers:stop", |api, context, server| {
            Box::pin(api.stop(context, server))
        });
        let confirm = "os_compute_api:servers:confirm_resize";
        let confirm = server_action(confirm, |api, context, server| {
            Box::pin(api.confirm_resize(context, server))
        });
        let revert = "os_compute_api:servers:revert_resize";
        let revert = server_action(revert, |api, context, server| {
            Box::pin(api.revert_resize(context, server))
        });
        let reboot = method(Self::reboot).policy("os_compute_api:servers:reboot");
        let rebuild = method(Self::rebuild).policy("os_compute_api:servers:rebuild");
        let resize = method(Self::resize).policy("os_compute_api:servers:resize");
        let image = method(Self::create_image).policy("os_compute_api:servers:create_image");
        let reboot = reboot.schema(bodies.reboot).expected_errors(&[404, 409]);
        let rebuild = rebuild.schema(bodies.rebuild).expected_errors(&[400, 403, 404, 409]);
        let resize = resize.schema(bodies.resize).expected_errors(&[400, 403, 404, 409]);
        let image = image.schema(bodies.create_image).expected_errors(&[400, 403, 404, 409]);
        builder
            .wsgi_action("os-start", start)
            .wsgi_action("os-stop", stop)
            .wsgi_action("reboot", reboot.response(202))
            .wsgi_action("rebuild", rebuild.response(202))
            .wsgi_action("resize", resize.response(202))
            .wsgi_action("confirmResize", confirm.response(204).expected_errors(&[400, 404, 409]))
            .wsgi_action("revertResize", revert.expected_errors(&[400, 404, 409]))
            .wsgi_action("createImage", image.response(202))
    }

    async fn reboot(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let kind = body["reboot"]["type"].as_str().unwrap_or_default();
        let instance = self.compute_api.instance(&request).await?;
        let soft = kind.eq_ignore_ascii_case("soft");
        Ok(self.compute_api.reboot(request.context()?, instance, soft).await?)
    }
}
