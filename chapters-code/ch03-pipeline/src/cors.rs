//! Lets a browser's page talk to the API (`oslo_middleware.cors`).

use crate::webob;
use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use nova_paste::{
    App, Application, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteError,
    Raised, Request, Response,
};
use std::sync::Arc;

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("oslo_middleware.cors:filter_factory", factory);

/// Which pages may talk to the API, and what they may send and read: `[cors]`, with Nova's
/// defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The origins of those pages (`https://dashboard.example.com`); `*` is any. None by default.
    pub allowed_origin: Vec<String>,
    /// May they send the user's credentials?
    pub allow_credentials: bool,
    /// The response headers that they may read.
    pub expose_headers: Vec<String>,
    /// For how many seconds a browser may remember a preflight's answer; 0 is not said.
    pub max_age: u64,
    /// The methods that they may use.
    pub allow_methods: Vec<String>,
    /// The request headers that they may send, besides the simple ones.
    pub allow_headers: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect();
        Self {
            allowed_origin: Vec::new(),
            allow_credentials: true,
            expose_headers: words(
                "X-Auth-Token X-Openstack-Request-Id X-Subject-Token X-Service-Token \
                 X-OpenStack-Nova-API-Version OpenStack-API-Version",
            ),
            max_age: 3600,
            allow_methods: words("GET PUT POST DELETE PATCH"),
            allow_headers: words(
                "X-Auth-Token X-Openstack-Request-Id X-Identity-Status X-Roles X-Service-Catalog \
                 X-User-Id X-Tenant-Id X-OpenStack-Nova-API-Version OpenStack-API-Version",
            ),
        }
    }
}

/// Request headers that every page may send.
const SIMPLE_HEADERS: [&str; 8] = [
    "Accept",
    "Accept-Language",
    "Content-Type",
    "Cache-Control",
    "Content-Language",
    "Expires",
    "Last-Modified",
    "Pragma",
];

/// Says to browsers whose pages may talk to the API.
///
/// The app inside always runs first, and an answer that speaks of origins already stays as it
/// is. To a preflight (`OPTIONS`) the app's refusal is replaced by an empty 200, so that even an
/// unknown path answers one.
pub struct Cors {
    application: App,
    options: Options,
}

/// Makes the filter.
///
/// # Errors
///
/// None.
pub fn factory(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    let options: Options = loader.plugs().get_or_default();
    Ok(Box::new(move |application| Arc::new(Cors::new(application, options))))
}

impl Cors {
    /// The filter around `application`.
    pub fn new(application: App, options: Options) -> Self {
        Self { application, options }
    }

    /// The origin to name in the answer, if the page's is allowed.
    fn allowed_origin(&self, asked: &HeaderMap) -> Option<HeaderValue> {
        let origin = asked.get(header::ORIGIN)?;
        let allowed = |origin: &str| self.options.allowed_origin.iter().any(|it| it == origin);
        match origin.to_str() {
            Ok(text) if allowed(text) => Some(origin.clone()),
            _ => allowed("*").then_some(HeaderValue::from_static("*")),
        }
    }

    /// What to say to a browser that asks before it sends; nothing, if it may not.
    fn preflight_headers(&self, asked: &HeaderMap) -> Option<HeaderMap> {
        let mut headers = self.origin_headers(asked)?;
        let method = asked.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
        let names = match asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            Some(names) => words(names.to_str().ok()?),
            None => Vec::new(),
        };
        let mut methods = self.options.allow_methods.iter();
        if !methods.any(|allowed| allowed == method) || !names.iter().all(|n| self.allows(n)) {
            return None;
        }
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
        if self.options.max_age > 0 {
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, self.options.max_age.into());
        }
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, method.clone());
        insert_list(&mut headers, header::ACCESS_CONTROL_ALLOW_HEADERS, &names);
        Some(headers)
    }

    /// May a page send the request header `name`?
    fn allows(&self, name: &str) -> bool {
        let allowed = self.options.allow_headers.iter().map(String::as_str);
        allowed.chain(SIMPLE_HEADERS).any(|it| it.eq_ignore_ascii_case(name))
    }

    /// What to say to a browser that has sent; nothing, if the page may not read the answer.
    fn response_headers(&self, asked: &HeaderMap, answer: &HeaderMap) -> Option<HeaderMap> {
        let mut headers = self.origin_headers(asked)?;
        let vary = answer.get_all(header::VARY).iter().filter_map(|vary| vary.to_str().ok());
        let vary: Vec<&str> = vary.chain(["Origin"]).collect();
        insert_list(&mut headers, header::VARY, &vary);
        let exposed: Vec<&str> = self.options.expose_headers.iter().map(String::as_str).collect();
        insert_list(&mut headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, &exposed);
        Some(headers)
    }

    /// What both say: which origin, and whether it may send credentials.
    fn origin_headers(&self, asked: &HeaderMap) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.allowed_origin(asked)?);
        if self.options.allow_credentials {
            let yes = HeaderValue::from_static("true");
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
        }
        Some(headers)
    }
}

#[async_trait]
impl Application for Cors {
    // ANCHOR: call
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        let preflight = request.method() == Method::OPTIONS;
        let asked = match request.headers().contains_key(header::ORIGIN) {
            true => request.headers().clone(),
            false => HeaderMap::new(),
        };
        let mut response = self.application.call(request).await?;
        if response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
            return Ok(response);
        }
        if preflight && !response.status().is_success() {
            response = webob::response(StatusCode::OK, webob::TEXT_HTML, String::new());
        }
        let headers = match preflight {
            true => self.preflight_headers(&asked),
            false => self.response_headers(&asked, response.headers()),
        };
        response.headers_mut().extend(headers.unwrap_or_default());
        Ok(response)
    }
    // ANCHOR_END: call
}

fn words(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).collect()
}

fn insert_list(headers: &mut HeaderMap, name: HeaderName, list: &[&str]) {
    if let (false, Ok(value)) = (list.is_empty(), HeaderValue::try_from(list.join(","))) {
        headers.insert(name, value);
    }
}
