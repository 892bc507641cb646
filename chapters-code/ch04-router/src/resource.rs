//! What happens between a route and a controller's method (`nova.api.openstack.wsgi.Resource`).

use crate::{
    ApiError, ApiRequest, ApiResponse, ApiVersionError, ApiVersionRequest, ApiVersions, Args,
    Authorize, BodyFile, Controller, Fault, Route,
    action_peek::{MALFORMED_REQUEST_BODY, action_peek},
    api_version_request::announce,
    content_type,
    controller::version_select,
    method::{BoundMethod, Refusal},
    query,
    read_body::read_body,
};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, request::Parts};
use nova_objects::{
    NovaException, RequestContext, hop,
    hop::{Kind, outcome},
};
use nova_paste::{Application, Body, Environ, Raised, Request, Response, body, wsgi_decode};
use serde_json::Value;
use std::{panic::Location, sync::Arc};
use tracing::Instrument;

/// An app that reads a request, calls the controller's method for it, and writes the answer.
pub struct Resource {
    controller: Controller,
    versions: Option<ApiVersions>,
    authorize: Option<Arc<dyn Authorize>>,
    data_types: &'static [&'static str],
    streamed_types: &'static [&'static str],
}

/// The actions that a `wsgi_action` may stand in for (`_ROUTES_METHODS`).
const ROUTES_METHODS: [&str; 5] = ["create", "delete", "show", "update", "action"];

#[async_trait]
impl Application for Resource {
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        let version = match self.set_api_version_request(&request) {
            Ok(version) => version,
            Err(error) => return Ok(refused(&error)),
        };
        let mut response = match self.process_stack(request, version).await {
            Ok(response) => response,
            Err(Refusal::Fault(fault)) => fault.into_response(),
            Err(Refusal::Raised(raised)) => return Err(raised),
        };
        if let Some(version) = version {
            announce(version, response.headers_mut());
        }
        Ok(response)
    }
}

impl Resource {
    /// A resource without versions, such as the list of versions itself.
    pub fn new(controller: Controller) -> Self {
        Self { controller, versions: None, authorize: None, data_types: &[], streamed_types: &[] }
    }

    /// A resource that speaks `versions` (`ResourceV21`).
    pub fn v21(controller: Controller, versions: ApiVersions) -> Self {
        Self { versions: Some(versions), ..Self::new(controller) }
    }

    /// The same, for those whom `authorize` lets through.
    #[must_use]
    pub fn authorized_by(mut self, authorize: Arc<dyn Authorize>) -> Self {
        self.authorize = Some(authorize);
        self
    }

    /// The same, whose methods read bodies of these types by themselves: as [`ApiRequest::data`].
    #[must_use]
    pub fn reading(mut self, data_types: &'static [&'static str]) -> Self {
        self.data_types = data_types;
        self
    }

    /// The same, whose methods read bodies of these types as they come: from
    /// [`ApiRequest::body_file`]. They may be longer than memory.
    #[must_use]
    pub fn streaming(mut self, streamed_types: &'static [&'static str]) -> Self {
        self.streamed_types = streamed_types;
        self
    }

    /// Its controller.
    pub fn controller(&self) -> &Controller {
        &self.controller
    }

    /// The name of its controller.
    pub fn name(&self) -> &str {
        self.controller.name()
    }

    /// Where `action` is defined; `None` if there is no such action.
    pub fn location(&self, action: &str) -> Option<&'static Location<'static>> {
        self.controller.location(action)
    }

    /// Everything between the version and the answer, in Nova's order.
    async fn process_stack(
        &self,
        request: Request,
        version: Option<ApiVersionRequest>,
    ) -> Result<Response, Refusal> {
        let (request, body_file) = self.set_aside(request);
        // ANCHOR: process_stack
        let (parts, body) = request.into_parts();
        let environ = parts.extensions.get::<Environ>().cloned().unwrap_or_default();
        let (action, mut args) = get_action_args(&environ);
        let body = self.get_body(&parts, body).await?;
        let accept = content_type::best_match(&environ, &parts.headers);
        let (action, methods) = self.get_method(action, &body)?;
        let data = body;
        let body = if self.reads(&parts) { None } else { deserialize(&parts.method, &data)? };
        check_project(args.remove("project_id"), environ.context.as_ref())?;
        let method = version_select(methods, version).ok_or_else(|| Fault::stock(404))?;
        // ANCHOR_END: process_stack

        let line = format!("{} {}", parts.method, template(&parts, &environ));
        let called = format!("{line} → {}.{action}", self.name());
        let span = hop!(Kind::Route, line, at = method.location());
        let query = query::parse(&environ.query_string);
        let headers = parts.headers;
        let request = ApiRequest { version, args, headers, body, data, body_file, query, environ };
        let answer = self.dispatch(&action, method, request, &called).instrument(span).await;
        let answer = answer.map_err(|error| method.refusal(error))?;
        Ok(answer.serialize(method.code(), &accept))
    }

    fn set_api_version_request(
        &self,
        request: &Request,
    ) -> Result<Option<ApiVersionRequest>, ApiVersionError> {
        let Some(versions) = self.versions else { return Ok(None) };
        versions.requested(request.headers()).map(Some)
    }

    /// Sets a body aside that the method reads as it comes. For all others it is empty.
    fn set_aside(&self, request: Request) -> (Request, BodyFile) {
        if !self.streamed_types.contains(&content_type::of(request.headers())) {
            return (request, BodyFile::default());
        }
        let (parts, streamed) = request.into_parts();
        (Request::from_parts(parts, body("")), BodyFile::of(streamed))
    }

    /// The whole body, if it is of a type that can be read.
    async fn get_body(&self, parts: &Parts, body: Body) -> Result<Bytes, Refusal> {
        if !content_type::is_readable(&parts.headers) && !self.reads(parts) {
            return Err(Fault::new(400, "Unsupported Content-Type").into());
        }
        read_body(body).await.map_err(Refusal::Raised)
    }

    /// Is the body of a type that the methods read by themselves?
    fn reads(&self, parts: &Parts) -> bool {
        let content_type = content_type::of(&parts.headers);
        self.data_types.contains(&content_type) || self.streamed_types.contains(&content_type)
    }

    /// The methods for `action`, with the name under which they were found.
    fn get_method(
        &self,
        action: String,
        body: &[u8],
    ) -> Result<(String, &[Arc<BoundMethod>]), Fault> {
        // ANCHOR: get_method
        if let Some(methods) = self.controller.methods(&action) {
            return Ok((action, methods));
        }
        let may_stand_in = ROUTES_METHODS.contains(&action.as_str());
        if !may_stand_in || !self.controller.has_wsgi_actions() {
            return Err(Fault::stock(404));
        }
        let name = if action == "action" { action_peek(body)? } else { action };
        match self.controller.wsgi_actions(&name) {
            Some(methods) => Ok((name, methods)),
            None => Err(Fault::new(400, format!("There is no such action: {name}"))),
        }
        // ANCHOR_END: get_method
    }

    // ANCHOR: dispatch
    /// Calls the method, if policy allows, and whoever extends its answer; says so in the trace.
    async fn dispatch(
        &self,
        action: &str,
        method: &BoundMethod,
        request: ApiRequest,
        called: &str,
    ) -> Result<ApiResponse, ApiError> {
        outcome(called);
        if let Some((authorize, rule)) = self.authorize.as_ref().zip(method.rule()) {
            authorize.authorize(request.context()?, rule)?;
        }
        let extensions = self.controller.extends(action);
        if extensions.is_empty() {
            return method.call(request).await;
        }
        let asked = Arc::new(ApiRequest { body: None, ..request.clone() });
        let mut answer = method.call(request).await?;
        // Who came last is asked first.
        for extends in extensions.iter().rev() {
            if extends.matches(asked.version) {
                answer = extends.call(Arc::clone(&asked), answer).await?;
            }
        }
        Ok(answer)
    }
    // ANCHOR_END: dispatch
}

/// The action, and the rest of what the route took out of the path.
fn get_action_args(environ: &Environ) -> (String, Args) {
    let mut args = environ.routing_args.clone();
    args.remove("format");
    (args.remove("action").unwrap_or_default(), args)
}

/// A version that cannot be had. One that is a version at least is announced, as in Nova.
fn refused(error: &ApiVersionError) -> Response {
    let mut response = Fault::new(error.code(), error.to_string()).into_response();
    if let ApiVersionError::InvalidGlobalApiVersion { req_ver, .. } = error {
        announce(*req_ver, response.headers_mut());
    }
    response
}

/// What the body says. Only that of a POST or PUT is read, and it may be empty.
fn deserialize(method: &Method, body: &[u8]) -> Result<Option<Value>, Fault> {
    if !matches!(*method, Method::POST | Method::PUT) || body.is_empty() {
        return Ok(None);
    }
    let body = serde_json::from_slice(body);
    body.map(Some).map_err(|_| Fault::new(400, MALFORMED_REQUEST_BODY))
}

/// A project named in the URL has to be the one the token is for.
fn check_project(named: Option<String>, context: Option<&RequestContext>) -> Result<(), Fault> {
    let (Some(named), Some(context)) = (named, context) else { return Ok(()) };
    if context.project_id.as_ref() == Some(&named) {
        return Ok(());
    }
    let project_id = context.project_id.as_deref().unwrap_or("None");
    Err(Fault::new(
        400,
        format!(
            "Malformed request URL: URL's project_id '{named}' \
             doesn't match Context's project_id '{project_id}'"
        ),
    ))
}

/// The path of the route, or the path itself if no route led here.
fn template(parts: &Parts, environ: &Environ) -> String {
    let route = parts.extensions.get::<Arc<Route>>();
    route.map_or_else(|| wsgi_decode(&environ.path_info), |route| route.template())
}
