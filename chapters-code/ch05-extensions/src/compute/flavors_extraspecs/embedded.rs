//! What the flavor inside a server says beyond its sizes.

use crate::{Policy, compute::server_keys::each_server, policy::Target};
use nova_router::{ApiError, ApiRequest, ApiResponse, ApiVersionRequest, Controller, extends};
use serde_json::{Value, json};
use std::sync::Arc;

/// Since 2.47 a server carries its flavor. What that says beyond its sizes is for those who may
/// read it of the flavor too. In Nova, the view of servers asks (`_get_flavor_dict`).
pub(super) struct EmbeddedExtraSpecs {
    pub(super) policy: Policy,
}

impl EmbeddedExtraSpecs {
    pub(super) fn controller(self) -> Controller {
        let builder = Controller::builder("EmbeddedExtraSpecs", Arc::new(self));
        let shown = ["show", "detail", "update", "rebuild"];
        let since = ApiVersionRequest(2, 47);
        let extended = shown.into_iter().fold(builder, |builder, action| {
            builder.extends(action, extends(Self::extend).api_version(since..))
        });
        extended.build()
    }

    async fn extend(
        self: Arc<Self>,
        request: Arc<ApiRequest>,
        mut answer: ApiResponse,
    ) -> Result<ApiResponse, ApiError> {
        let context = request.context()?;
        if self.policy.check(context, super::INDEX, &Target::of(context)) {
            each_server(&mut answer, |instance, server| {
                if let Some(flavor) = server.get_mut("flavor").and_then(Value::as_object_mut) {
                    flavor.insert("extra_specs".into(), json!(instance.flavor.extra_specs));
                }
            });
        }
        Ok(answer)
    }
}
