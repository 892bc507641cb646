//! The app that finds the right app (`nova.wsgi.Router`, over `routes.middleware`).

use crate::{
    Args, LeadsTo, Mapper, MapperError, Match, Redirect, RouteMap, query, read_body::read_body,
};
use async_trait::async_trait;
use http::{HeaderValue, Method, header};
use nova_paste::{Application, Environ, Raised, Request, Response, body, wsgi_decode, wsgi_encode};
use nova_pipeline::webob::{Asker, http_error, plain_error};

/// An app that hands each request to where its route leads.
pub struct Router {
    map: RouteMap,
}

#[async_trait]
impl Application for Router {
    // ANCHOR: call
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        let (request, found) = self.route(request).await?;
        let Some(found) = found else { return Ok(not_found(&request)) };
        match found.route.leads_to() {
            LeadsTo::Resource(resource) => resource.call(request).await,
            LeadsTo::Redirect(elsewhere) => Ok(redirect(&request, elsewhere, &found.args)),
        }
    }
    // ANCHOR_END: call
}

impl Router {
    /// A router for the routes of `mapper`.
    ///
    /// # Errors
    ///
    /// One of them cannot be used.
    pub fn new(mapper: impl Into<Mapper>) -> Result<Self, MapperError> {
        Ok(Self { map: mapper.into().create_regs()? })
    }

    /// The routes.
    pub fn map(&self) -> &RouteMap {
        &self.map
    }

    /// Finds the route of `request` and writes into it what the route says: its variables go
    /// into the [`Environ`], the route itself among the extensions.
    ///
    /// # Errors
    ///
    /// The body had to be read, and could not.
    pub async fn route(&self, request: Request) -> Result<(Request, Option<Match>), Raised> {
        let (method, mut request) = method_override(request).await?;
        let path = wsgi_decode(&Environ::of(&request).path_info);
        let found = self.map.routematch(&method, &path);
        if let Some(found) = &found {
            let environ = Environ::of_mut(&mut request);
            environ.routing_args = found.args.clone();
            if let Some(rest) = found.args.get("path_info") {
                hand_on(environ, rest);
            }
            request.extensions_mut().insert(found.route.clone());
        }
        Ok((request, found))
    }
}

/// A variable `path_info` is the path that the next app is to see; what stands before it moves
/// to `SCRIPT_NAME`.
fn hand_on(environ: &mut Environ, rest: &str) {
    let rest = wsgi_encode(rest.as_bytes());
    let taken = environ.path_info.strip_suffix(&rest).unwrap_or_default();
    environ.script_name.push_str(taken.trim_end_matches('/'));
    environ.path_info = format!("/{}", rest.trim_start_matches('/'));
}

/// The method by which the route is chosen: `_method`, from the query string of any request or
/// from a posted form, wins over the real one, which is left as it is.
async fn method_override(request: Request) -> Result<(String, Request), Raised> {
    let query = query::parse(&Environ::of(&request).query_string);
    if let Some(method) = named(query) {
        return Ok((method, request));
    }
    let method = request.method().to_string();
    if !is_form_post(&request) {
        return Ok((method, request));
    }
    let (parts, form) = request.into_parts();
    let form = read_body(form).await?;
    let pairs = query::parse(&String::from_utf8_lossy(&form));
    Ok((named(pairs).unwrap_or(method), Request::from_parts(parts, body(form))))
}

fn named(pairs: Vec<(String, String)>) -> Option<String> {
    let pair = pairs.into_iter().rfind(|(name, _)| name == "_method");
    pair.map(|(_, method)| method.to_uppercase())
}

fn is_form_post(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
    request.method() == Method::POST
        && content_type.split(|byte| *byte == b';').next()
            == Some(b"application/x-www-form-urlencoded")
}

/// Nova has no "method not allowed": a route that is not for a method does not fit, and what
/// fits no route is not there. The answer is WebOb's own, not a fault.
fn not_found(request: &Request) -> Response {
    plain_error(404, http_error(404).explanation, &Asker::of(request))
}

fn redirect(request: &Request, elsewhere: &Redirect, args: &Args) -> Response {
    let mut response = Response::new(body(""));
    *response.status_mut() = elsewhere.code();
    let location = elsewhere.location(&Environ::of(request).application_url(), args);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf8"));
    if let Ok(location) = HeaderValue::try_from(location) {
        headers.insert(header::LOCATION, location);
    }
    response
}
