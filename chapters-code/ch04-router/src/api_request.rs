//! What a controller's method is given (`nova.api.openstack.wsgi.Request`).

use crate::{ApiVersionRequest, Args, BodyFile};
use bytes::Bytes;
use http::HeaderMap;
use nova_objects::{NovaException, RequestContext};
use nova_paste::Environ;
use serde_json::Value;
use std::borrow::Cow;

/// A request, taken apart.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// The version of the API to speak; `None` for a resource without versions.
    pub version: Option<ApiVersionRequest>,
    /// What the route took out of the path: `id`, `server_id`.
    pub args: Args,
    /// The headers, as sent.
    pub headers: HeaderMap,
    /// The body of a POST or PUT; `None` for no body.
    pub body: Option<Value>,
    /// The body of any request, as sent.
    pub data: Bytes,
    /// The body that is not there yet, of a type that the resource [streams](crate::Resource::streaming).
    pub body_file: BodyFile,
    /// The pairs of the query string, in their order.
    pub query: Vec<(String, String)>,
    /// What the stages before said of the request.
    pub environ: Environ,
}

impl ApiRequest {
    /// Who asks.
    ///
    /// # Errors
    ///
    /// No filter has made a context: the pipeline is not one for this API.
    pub fn context(&self) -> Result<&RequestContext, NoContext> {
        self.environ.context.as_ref().ok_or(NoContext)
    }

    /// What the route took out of the path for `name`; empty if its path has no such variable.
    pub fn arg(&self, name: &str) -> &str {
        self.args.get(name).map_or("", String::as_str)
    }
}

/// A method wants to know who asks, and nobody has said: Python's `KeyError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'nova.context'")]
pub struct NoContext;

impl NovaException for NoContext {
    fn class(&self) -> Cow<'_, str> {
        "KeyError".into()
    }

    fn module(&self) -> Cow<'_, str> {
        "exceptions".into()
    }
}
