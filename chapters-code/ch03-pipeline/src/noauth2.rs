//! Believes whatever the client says it is (`nova.api.openstack.auth.NoAuthMiddleware`).

use crate::{
    context::{self, Options},
    webob,
};
use async_trait::async_trait;
use http::{HeaderValue, StatusCode};
use nova_objects::RequestContext;
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use std::sync::Arc;

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("nova.api.openstack.auth:NoAuthMiddleware.factory", factory);

/// The same, for clients that leave the project out of the URL (microversion 2.18).
pub const ENTRY_POINT_V2_18: EntryPoint<Factory> =
    EntryPoint::filter("nova.api.openstack.auth:NoAuthMiddlewareV2_18.factory", factory_v2_18);

/// Makes a context out of a token that says all: `user:project`.
///
/// Nothing is checked; the user `admin` is the administrator. A request without a token is not
/// handed on: it gets one back in `X-Auth-Token`, made of its `X-Auth-User` and
/// `X-Auth-Project-Id` (both `admin` by default), and in `X-Server-Management-Url` the URL to use
/// it with.
pub struct NoAuthMiddleware {
    application: App,
    options: Options,
    project_id_in_path: bool,
}

/// Makes the filter.
///
/// # Errors
///
/// None.
pub fn factory(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    let options = loader.plugs().get_or_default();
    Ok(Box::new(move |app| Arc::new(NoAuthMiddleware::new(app, options))))
}

/// Makes the filter that leaves the project out of the URL.
///
/// # Errors
///
/// None.
pub fn factory_v2_18(
    loader: &Loader<'_>,
    _: &GlobalConf,
    _: &LocalConf,
) -> Result<Filter, PasteError> {
    let options = loader.plugs().get_or_default();
    Ok(Box::new(move |app| Arc::new(NoAuthMiddleware::new_v2_18(app, options))))
}

impl NoAuthMiddleware {
    /// The filter around `application`.
    pub fn new(application: App, options: Options) -> Self {
        Self { application, options, project_id_in_path: true }
    }

    /// The filter around `application` that leaves the project out of the URL.
    pub fn new_v2_18(application: App, options: Options) -> Self {
        Self { application, options, project_id_in_path: false }
    }

    /// A token for a client that has none.
    fn token(&self, request: &Request) -> Response {
        let sent = |name| request.headers().get(name).map_or(&b"admin"[..], HeaderValue::as_bytes);
        let (user, project) = (sent("x-auth-user"), sent("x-auth-project-id"));
        let url = webob::url(Environ::of(request));
        let url = url.trim_end_matches('/').as_bytes();
        let url = if self.project_id_in_path { [url, project].join(&b'/') } else { url.to_vec() };
        let mut response =
            webob::response(StatusCode::NO_CONTENT, webob::TEXT_PLAIN, String::new());
        for (name, value) in
            [("x-auth-token", [user, project].join(&b':')), ("x-server-management-url", url)]
        {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    // ANCHOR: context
    /// Who the token says is asking.
    fn context(&self, token: &HeaderValue, request: &Request) -> RequestContext {
        let token = String::from_utf8_lossy(token.as_bytes());
        let (user_id, project_id) = token.split_once(':').unwrap_or((&token, ""));
        let project_id = if project_id.is_empty() { user_id } else { project_id };
        let forwarded_for = context::forwarded_for(request, self.options);
        RequestContext {
            user_id: Some(user_id.to_owned()),
            project_id: Some(project_id.to_owned()),
            is_admin: user_id == "admin",
            remote_address: forwarded_for.or_else(|| Some("127.0.0.1".to_owned())),
            ..context::anonymous(Environ::of(request))
        }
    }
    // ANCHOR_END: context
}

#[async_trait]
impl Application for NoAuthMiddleware {
    // ANCHOR: call
    async fn call(&self, mut request: Request) -> Result<Response, Raised> {
        let Some(token) = request.headers().get("x-auth-token") else {
            return Ok(self.token(&request));
        };
        let context = self.context(token, &request);
        Environ::of_mut(&mut request).context = Some(context);
        self.application.call(request).await
    }
    // ANCHOR_END: call
}
