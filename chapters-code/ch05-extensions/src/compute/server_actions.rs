//! Actions on a server whose bodies say nothing but their names: `{"os-start": null}` (what `_pause`,
//! `_lock` and many more are in Nova's extensions).

use crate::compute_api::{API, ComputeApiError};
use nova_objects::{Instance, RequestContext, Tracked};
use nova_router::{ApiRequest, Method, method};
use std::{pin::Pin, sync::Arc};

/// What is done to the server.
pub type Done =
    for<'a> fn(
        &'a API,
        &'a RequestContext,
        Tracked<Instance>,
    ) -> Pin<Box<dyn Future<Output = Result<(), ComputeApiError>> + Send + 'a>>;

/// The method that does `action` to the server in the URL, for those whom the policy `rule` lets.
/// It answers 202, with nothing; what comes of it is seen in the server.
#[track_caller]
pub fn server_action<S>(rule: &'static str, action: Done) -> Method<S>
where
    S: AsRef<API> + Send + Sync + 'static,
{
    let called = method(move |state: Arc<S>, request: ApiRequest| async move {
        let compute_api = (*state).as_ref();
        let instance = compute_api.instance(&request).await?;
        Ok(action(compute_api, request.context()?, instance).await?)
    });
    called.policy(rule).response(202).expected_errors(&[404, 409])
}

/// The compute API alone is all that most controllers of actions need.
impl AsRef<Self> for API {
    fn as_ref(&self) -> &Self {
        self
    }
}
