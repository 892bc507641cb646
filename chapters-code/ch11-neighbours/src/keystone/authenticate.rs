//! Who somebody is, and for what the token may be (`keystone/auth/plugins`,
//! `keystone/auth/controllers.py` `AuthInfo`).

use super::{
    Keystone,
    auth_request::{Identity, PasswordProof, Reference, Scope, TokenProof},
    error::KeystoneError,
};
use nova_pipeline::authtoken::identity::{AccessInfo, Owned};
use std::collections::BTreeSet;

/// Somebody who proved who he is, and how.
pub(super) struct Proven {
    /// What the token will give access to.
    pub(super) access: AccessInfo,
    /// By which methods.
    pub(super) methods: BTreeSet<String>,
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
    pub(super) fn authenticate(&self, identity: &Identity) -> Result<Proven, KeystoneError> {
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
        let old = self.tokens.get(id).ok_or_else(KeystoneError::unknown_token)?;
        let access = AccessInfo::unscoped(old.access.user.clone(), old.access.expires_at);
        let mut methods = old.methods.clone();
        methods.insert("token".to_owned());
        Ok(Proven { access, methods })
    }

    /// Narrows a token to a project, in which its user has to have a role.
    pub(super) fn scope(
        &self,
        access: &mut AccessInfo,
        scope: &Scope,
    ) -> Result<(), KeystoneError> {
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
}

/// What a client shows for one of the methods it names.
fn proof<'p, P>(proof: &'p Option<P>, method: &str) -> Result<&'p P, KeystoneError> {
    let missing = || KeystoneError::Validation { attribute: method.into(), target: "identity" };
    proof.as_ref().ok_or_else(missing)
}
