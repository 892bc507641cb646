//! Makes a context of the headers that `authtoken` set (`nova.api.auth.NovaKeystoneContext`).

use crate::{
    context::{self, Options},
    webob::{Asker, http_error, plain_error},
};
use async_trait::async_trait;
use http::{HeaderMap, HeaderValue};
use nova_objects::{RequestContext, Secret};
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{borrow::Cow, sync::Arc};

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("nova.api.auth:NovaKeystoneContext.factory", factory);

/// The role whose bearer may see and do everything (policy rule `context_is_admin`).
const ADMIN_ROLE: &str = "admin";

/// What of the catalog goes into the context, and so into every RPC message.
const KEPT_SERVICES: [&str; 3] = ["volume", "volumev2", "key-manager"];

// ANCHOR: filter
/// Makes a context out of `X-User-Id`, `X-Project-Id`, `X-Roles` and their like.
///
/// It believes these headers. So it may stand behind a filter only that has thrown away what the
/// client wrote into them.
pub struct NovaKeystoneContext {
    application: App,
    options: Options,
}
// ANCHOR_END: filter

/// Makes the filter.
///
/// # Errors
///
/// None.
pub fn factory(loader: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    let options = loader.plugs().get_or_default();
    Ok(Box::new(move |app| Arc::new(NovaKeystoneContext::new(app, options))))
}

impl NovaKeystoneContext {
    /// The filter around `application`.
    pub fn new(application: App, options: Options) -> Self {
        Self { application, options }
    }

    // ANCHOR: context
    /// Who asks, if the headers name somebody.
    fn context(&self, request: &Request) -> Result<Option<RequestContext>, Refusal> {
        let headers = request.headers();
        let environ = Environ::of(request);
        let Some(user_id) = first(headers, &["x-user-id", "x-user"]) else { return Ok(None) };
        let project_id = first(headers, &["x-tenant-id", "x-tenant"]).ok_or(Refusal::NoProject)?;
        let roles = first(headers, &["x-roles"]).unwrap_or_default();
        let roles: Vec<String> = roles.split(',').map(|role| role.trim().to_owned()).collect();
        let remote_address = context::forwarded_for(request, self.options)
            .or_else(|| environ.remote_addr.map(|address| address.to_string()));
        Ok(Some(RequestContext {
            user_id: Some(user_id),
            project_id: Some(project_id),
            user_name: first(headers, &["x-user-name"]),
            project_name: first(headers, &["x-tenant-name"]),
            is_admin: roles.iter().any(|role| role.eq_ignore_ascii_case(ADMIN_ROLE)),
            roles,
            auth_token: first(headers, &["x-auth-token", "x-storage-token"]).map(Secret::from),
            remote_address,
            service_catalog: service_catalog(headers)?,
            ..context::anonymous(environ)
        }))
    }
    // ANCHOR_END: context
}

/// What the headers say that cannot be.
enum Refusal {
    /// A user, and no project: the token was for none. As in Nova, nobody expects that.
    NoProject,
    /// The catalog is no list.
    Catalog,
}

#[async_trait]
impl Application for NovaKeystoneContext {
    async fn call(&self, mut request: Request) -> Result<Response, Raised> {
        let asker = Asker::of(&request);
        match self.context(&request) {
            Ok(Some(context)) => Environ::of_mut(&mut request).context = Some(context),
            Ok(None) => return Ok(plain_error(401, http_error(401).explanation, &asker)),
            Err(Refusal::NoProject) => return Err(Raised::new("KeyError", "'X_TENANT'")),
            Err(Refusal::Catalog) => {
                return Ok(plain_error(500, "Invalid service catalog json.", &asker));
            }
        }
        self.application.call(request).await
    }
}

/// The text of the first of these headers that is there.
fn first(headers: &HeaderMap, names: &[&str]) -> Option<String> {
    let value: &HeaderValue = names.iter().find_map(|name| headers.get(*name))?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The services that are kept. Of the others, and they are many, only the type is read.
fn service_catalog(headers: &HeaderMap) -> Result<Vec<Value>, Refusal> {
    #[derive(Deserialize)]
    struct Kind<'t> {
        #[serde(rename = "type")]
        kind: Cow<'t, str>,
    }
    let Some(text) = first(headers, &["x-service-catalog"]) else { return Ok(Vec::new()) };
    let services: Vec<&RawValue> = serde_json::from_str(&text).map_err(|_| Refusal::Catalog)?;
    let kept = |service: &&&RawValue| {
        let kind: Result<Kind<'_>, _> = serde_json::from_str(service.get());
        kind.is_ok_and(|Kind { kind }| KEPT_SERVICES.contains(&kind.as_ref()))
    };
    let kept = services.iter().filter(kept).map(|service| serde_json::from_str(service.get()));
    kept.collect::<Result<_, _>>().map_err(|_| Refusal::Catalog)
}
