//! `/v3/auth` (`keystone/auth/controllers.py` `Auth`).

use super::{
    Identities, Keystone,
    auth_request::AuthRequest,
    authenticate::Proven,
    documents::{linked, project},
    error::KeystoneError,
    header,
    identities::ADMIN,
    is_admin, method,
    tokens::Issued,
};
use crate::asked::secret;
use nova_objects::Secret;
use nova_router::{ApiRequest, ApiResponse, Controller, Mapper, Resource, Route};
use serde_json::json;
use std::sync::Arc;

type Answer = Result<ApiResponse, KeystoneError>;

/// Those who may ask whose a token is, besides its owner.
const VALIDATORS: &[&str] = &[ADMIN, "service"];

/// Adds the routes below `/auth`.
pub(super) fn connect(mapper: &mut Mapper, keystone: &Arc<Keystone>) {
    let controller = Controller::builder("Auth", Arc::clone(keystone))
        .action("authenticate_for_token", method(authenticate_for_token))
        .action("validate_token", method(validate_token))
        .action("check_token", method(check_token))
        .action("revoke_token", method(revoke_token))
        .action("get_auth_catalog", method(get_auth_catalog))
        .action("get_auth_projects", method(get_auth_projects))
        .action("list_user_projects", method(list_user_projects));
    let auth = Arc::new(Resource::new(controller.build()));
    for (verb, path, action) in [
        ("POST", "/auth/tokens", "authenticate_for_token"),
        ("GET", "/auth/tokens", "validate_token"),
        ("HEAD", "/auth/tokens", "check_token"),
        ("DELETE", "/auth/tokens", "revoke_token"),
        ("GET", "/auth/catalog", "get_auth_catalog"),
        ("GET", "/auth/projects", "get_auth_projects"),
        ("GET", "/users/{user_id}/projects", "list_user_projects"),
    ] {
        mapper.connect(Route::new(path, &auth).action(action).method(verb));
    }
}

/// Gives a token to who can prove who he is.
async fn authenticate_for_token(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let wish = AuthRequest::read(request.body.as_ref())?;
    let Proven { mut access, methods } = keystone.authenticate(&wish.identity)?;
    if let Some(scope) = &wish.scope {
        keystone.scope(&mut access, scope)?;
    }
    let (token, issued) = keystone.tokens.issue(access, methods);
    Ok(show(&token, &issued, &request).code(201))
}

impl Keystone {
    /// The token that a request is about: one of the caller's own or, with one of these roles,
    /// anybody's.
    fn subject(
        &self,
        request: &ApiRequest,
        action: &str,
        roles: &[&str],
    ) -> Result<(Secret, Arc<Issued>), KeystoneError> {
        let caller = self.caller(request)?;
        let token = header(request, "x-subject-token").unwrap_or_default();
        let subject = self.tokens.get(&token).ok_or_else(KeystoneError::unknown_token)?;
        let own = caller.access.user == subject.access.user;
        if own || caller.access.roles.iter().any(|role| roles.contains(&&*role.name)) {
            return Ok((token, subject));
        }
        Err(KeystoneError::Forbidden(format!("identity:{action}")))
    }
}

/// Whose a token is, and for what.
async fn validate_token(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let (token, issued) = keystone.subject(&request, "validate_token", VALIDATORS)?;
    Ok(show(&token, &issued, &request))
}

/// Is a token good?
async fn check_token(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let (token, issued) = keystone.subject(&request, "check_token", &[ADMIN])?;
    Ok(show(&token, &issued, &request))
}

/// Takes a token back.
async fn revoke_token(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let (token, _) = keystone.subject(&request, "revoke_token", &[ADMIN])?;
    keystone.tokens.revoke(&token);
    Ok(ApiResponse::default().code(204))
}

/// A token and its document, without the catalog if that is what the client wants.
fn show(token: &Secret, issued: &Issued, request: &ApiRequest) -> ApiResponse {
    let mut document = issued.show();
    if request.query.iter().any(|(name, _)| name == "nocatalog")
        && let Some(token) = document["token"].as_object_mut()
    {
        token.shift_remove("catalog");
    }
    let response = ApiResponse::from(document);
    match secret(token) {
        Ok(token) => response.header("x-subject-token", token),
        Err(_) => response,
    }
}

/// Where the services are, for the caller. Who is in no project is nowhere.
async fn get_auth_catalog(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let caller = keystone.caller(&request)?;
    if caller.access.project.is_none() {
        return Err(KeystoneError::Forbidden("identity:get_auth_catalog".into()));
    }
    let href = format!("{}/auth/catalog", request.environ.application_url());
    Ok(json!({ "catalog": caller.access.catalog, "links": { "self": href } }).into())
}

/// The projects for which the caller could have a token.
async fn get_auth_projects(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let caller = keystone.caller(&request)?;
    keystone.projects_of(&caller.access.user.id, &request, "auth/projects")
}

/// The same, asked for by the user's id: one's own, or, as an administrator, anybody's.
async fn list_user_projects(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let caller = keystone.caller(&request)?;
    let user_id = request.arg("user_id");
    if caller.access.user.id != user_id && !is_admin(&caller) {
        return Err(KeystoneError::Forbidden("identity:list_user_projects".into()));
    }
    keystone.projects_of(user_id, &request, &format!("users/{user_id}/projects"))
}

impl Keystone {
    fn projects_of(&self, user_id: &str, request: &ApiRequest, path: &str) -> Answer {
        let Identities { projects, users } = &self.identities;
        let user = users.iter().find(|user| user.identity.id == user_id);
        let user = user.ok_or_else(|| KeystoneError::NotFound(format!("user: {user_id}")))?;
        let url = request.environ.application_url();
        let collection = format!("{url}/projects");
        let projects = projects.iter().filter(|project| !user.roles_on(&project.id).is_empty());
        let projects = projects.map(|it| linked(&project(it), &collection));
        let links = json!({ "self": format!("{url}/{path}"), "next": null, "previous": null });
        Ok(json!({ "projects": projects.collect::<Vec<_>>(), "links": links }).into())
    }
}
