//! `/v3/auth` (`keystone/auth/controllers.py` `Auth`).

use super::{
    Identities, Keystone,
    auth_request::{AuthRequest, Identity, PasswordProof, Reference, Scope, TokenProof},
    documents::project,
    error::KeystoneError,
    header, is_admin, method,
    tokens::Issued,
};
use nova_objects::Secret;
use nova_pipeline::authtoken::identity::{AccessInfo, Owned};
use nova_router::{ApiRequest, ApiResponse, Controller, Mapper, Resource, Route};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

type Answer = Result<ApiResponse, KeystoneError>;

/// The roles whose bearers may ask whose a token is, besides the administrator's.
const SERVICE_ROLE: &str = "service";

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
    Ok(ApiResponse::from(issued.show()).code(201).header("x-subject-token", token.expose()))
}

/// Somebody who proved who he is, and how.
struct Proven {
    access: AccessInfo,
    methods: BTreeSet<String>,
}

impl Proven {
    /// One proof beside another: of the same user, and no longer good than either.
    fn and(mut self, other: Self) -> Result<Self, KeystoneError> {
        if self.access.user != other.access.user {
            return Err(KeystoneError::Unauthorized);
        }
        self.access.expires_at = self.access.expires_at.min(other.access.expires_at);
        self.methods.extend(other.methods);
        Ok(self)
    }
}

impl Keystone {
    /// Who somebody is, if each proof holds and all are of the same user.
    fn authenticate(&self, identity: &Identity) -> Result<Proven, KeystoneError> {
        let mut proven: Option<Proven> = None;
        for method in &identity.methods {
            let this = match method.as_str() {
                "password" => self.by_password(proof(&identity.password, method)?)?,
                "token" => self.by_token(proof(&identity.token, method)?)?,
                _ => return Err(KeystoneError::Unauthorized),
            };
            proven = Some(match proven {
                Some(others) => others.and(this)?,
                None => this,
            });
        }
        proven.ok_or(KeystoneError::Unauthorized)
    }

    fn by_password(
        &self,
        PasswordProof { user: proof }: &PasswordProof,
    ) -> Result<Proven, KeystoneError> {
        let mut users = self.identities.users.iter();
        let user = users.find(|user| proof.user.means(&user.identity));
        let user = user.filter(|user| user.has_password(proof.password.expose()));
        let user = user.ok_or(KeystoneError::Unauthorized)?;
        let access = AccessInfo::unscoped(user.identity.clone(), self.tokens.expires_at());
        Ok(Proven { access, methods: BTreeSet::from(["password".to_owned()]) })
    }

    /// A new token for an old one: of the same user, and no longer good than that.
    fn by_token(&self, TokenProof { id }: &TokenProof) -> Result<Proven, KeystoneError> {
        let old = self.tokens.get(id).ok_or_else(unknown_token)?;
        let access = AccessInfo::unscoped(old.access.user.clone(), old.access.expires_at);
        let mut methods = old.methods.clone();
        methods.insert("token".to_owned());
        Ok(Proven { access, methods })
    }

    /// Narrows a token to a project, in which its user has to have a role.
    fn scope(&self, access: &mut AccessInfo, scope: &Scope) -> Result<(), KeystoneError> {
        let wanted = match scope {
            Scope::Project(project) => project,
            Scope::Unscoped(_) => return Ok(()),
            // Nobody has a role on a domain or on the whole system.
            Scope::Domain(_) | Scope::System(_) | Scope::Trust(_) => {
                return Err(KeystoneError::Unauthorized);
            }
        };
        let project = self.project(wanted).ok_or(KeystoneError::Unauthorized)?;
        let user = self.identities.users.iter().find(|user| user.identity == access.user);
        let roles = user.map(|user| user.roles_on(&project.id)).unwrap_or_default();
        if roles.is_empty() {
            return Err(KeystoneError::Unauthorized);
        }
        access.project = Some(project.clone());
        access.roles = roles;
        access.catalog.clone_from(&self.catalog);
        Ok(())
    }

    fn project(&self, wanted: &Reference) -> Option<&Owned> {
        self.identities.projects.iter().find(|project| wanted.means(project))
    }

    /// The token that a request is about: one of the caller's own, or anybody's, if the caller is
    /// a service or an administrator.
    fn subject(&self, request: &ApiRequest) -> Result<(Secret, Arc<Issued>), KeystoneError> {
        let caller = self.caller(request)?;
        let token = header(request, "x-subject-token").unwrap_or_default();
        let subject = self.tokens.get(&token).ok_or_else(unknown_token)?;
        let own = caller.access.user == subject.access.user;
        let service = caller.access.roles.iter().any(|role| role.name == SERVICE_ROLE);
        if own || service || is_admin(&caller) {
            return Ok((token, subject));
        }
        Err(KeystoneError::Forbidden("identity:validate_token".into()))
    }
}

/// Keystone's own text holds the token, and ends in a log.
fn unknown_token() -> KeystoneError {
    KeystoneError::NotFound("token".into())
}

/// What a client shows for one of the methods it names.
fn proof<'p, P>(proof: &'p Option<P>, method: &str) -> Result<&'p P, KeystoneError> {
    let missing = || KeystoneError::Validation { attribute: method.into(), target: "identity" };
    proof.as_ref().ok_or_else(missing)
}

/// Whose a token is, and for what.
async fn validate_token(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let (token, issued) = keystone.subject(&request)?;
    let mut document = issued.show();
    if request.query.iter().any(|(name, _)| name == "nocatalog")
        && let Some(token) = document["token"].as_object_mut()
    {
        token.shift_remove("catalog");
    }
    Ok(ApiResponse::from(document).header("x-subject-token", token.expose()))
}

/// Is a token good?
async fn check_token(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    keystone.subject(&request)?;
    Ok(ApiResponse::default())
}

/// Takes a token back.
async fn revoke_token(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let (token, _) = keystone.subject(&request)?;
    keystone.tokens.revoke(&token);
    Ok(ApiResponse::default().code(204))
}

/// Where the services are, for the caller.
async fn get_auth_catalog(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let caller = keystone.caller(&request)?;
    let href = format!("{}/auth/catalog", request.environ.application_url());
    Ok(json!({ "catalog": caller.access.catalog, "links": { "self": href } }).into())
}

/// The projects for which the caller could have a token.
async fn get_auth_projects(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let caller = keystone.caller(&request)?;
    Ok(keystone.projects_of(&caller.access.user.id, &request))
}

/// The same, asked for by the user's id: one's own, or, as an administrator, anybody's.
async fn list_user_projects(keystone: Arc<Keystone>, request: ApiRequest) -> Answer {
    let caller = keystone.caller(&request)?;
    let user_id = request.arg("user_id");
    if caller.access.user.id != user_id && !is_admin(&caller) {
        return Err(KeystoneError::Forbidden("identity:list_user_projects".into()));
    }
    Ok(keystone.projects_of(user_id, &request))
}

impl Keystone {
    fn projects_of(&self, user_id: &str, request: &ApiRequest) -> ApiResponse {
        let Identities { projects, users } = &self.identities;
        let user = users.iter().find(|user| user.identity.id == user_id);
        let has_role =
            |project: &&Owned| user.is_some_and(|user| !user.roles_on(&project.id).is_empty());
        let projects: Vec<Value> = projects.iter().filter(has_role).map(project).collect();
        let href = format!("{}/auth/projects", request.environ.application_url());
        let links = json!({ "self": href, "next": null, "previous": null });
        json!({ "projects": projects, "links": links }).into()
    }
}
