//! Adding to another controller's answers (`nova.api.openstack.wsgi.extends`).

use crate::{ApiError, ApiRequest, ApiResponse, ApiVersionRequest, method::VersionRange};
use std::{ops::RangeBounds, pin::Pin, sync::Arc};

type Extended = Pin<Box<dyn Future<Output = Result<ApiResponse, ApiError>> + Send>>;

/// A method that is given another controller's answer, and gives it back with more in it.
///
/// The request that it is given has no body any more.
pub struct Extends<S> {
    function: Function<S>,
    versions: VersionRange,
}

type Function<S> = Box<dyn Fn(Arc<S>, Arc<ApiRequest>, ApiResponse) -> Extended + Send + Sync>;

/// Makes an [`Extends`] of an async function.
pub fn extends<S, F, A>(function: F) -> Extends<S>
where
    F: Fn(Arc<S>, Arc<ApiRequest>, ApiResponse) -> A + Send + Sync + 'static,
    A: Future<Output = Result<ApiResponse, ApiError>> + Send + 'static,
{
    let function = Box::new(move |state, request, answer| -> Extended {
        Box::pin(function(state, request, answer))
    });
    Extends { function, versions: VersionRange::default() }
}

impl<S: Send + Sync + 'static> Extends<S> {
    /// The versions for which it adds something; at others, the answer stays as it is.
    #[must_use]
    pub fn api_version(mut self, versions: impl RangeBounds<ApiVersionRequest>) -> Self {
        self.versions = VersionRange::of(&versions);
        self
    }

    /// The method with `state` bound to it.
    pub(crate) fn bind(self, state: Arc<S>) -> BoundExtends {
        let (function, versions) = (self.function, self.versions);
        let call = Box::new(move |request, answer| function(Arc::clone(&state), request, answer));
        BoundExtends { call, versions }
    }
}

/// An [`Extends`] with its state bound to it.
pub(crate) struct BoundExtends {
    call: Box<dyn Fn(Arc<ApiRequest>, ApiResponse) -> Extended + Send + Sync>,
    versions: VersionRange,
}

impl BoundExtends {
    /// Is there something to add for requests of this version?
    pub(crate) fn matches(&self, version: Option<ApiVersionRequest>) -> bool {
        self.versions.matches(version)
    }

    /// The answer, with more in it.
    pub(crate) async fn call(
        &self,
        request: Arc<ApiRequest>,
        answer: ApiResponse,
    ) -> Result<ApiResponse, ApiError> {
        (self.call)(request, answer).await
    }
}
