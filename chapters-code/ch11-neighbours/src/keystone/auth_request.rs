//! What a client says to log in (`keystone/auth/schema.py`).

use super::error::KeystoneError;
use nova_objects::Secret;
use nova_pipeline::authtoken::identity::{Named, Owned};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

/// The body of `POST /v3/auth/tokens`, below `auth`.
#[derive(Debug)]
pub(super) struct AuthRequest {
    /// How the client proves who it is.
    pub(super) identity: Identity,
    /// For what it wants a token.
    pub(super) scope: Option<Scope>,
}

/// One proof for each method named.
#[derive(Debug, Deserialize)]
pub(super) struct Identity {
    pub(super) methods: Vec<String>,
    #[serde(default)]
    pub(super) password: Option<PasswordProof>,
    #[serde(default)]
    pub(super) token: Option<TokenProof>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PasswordProof {
    pub(super) user: UserProof,
}

#[derive(Debug, Deserialize)]
pub(super) struct UserProof {
    #[serde(flatten)]
    pub(super) user: Reference,
    /// Who sends none does not know it.
    #[serde(default)]
    pub(super) password: Secret,
}

#[derive(Debug, Deserialize)]
pub(super) struct TokenProof {
    pub(super) id: Secret,
}

/// For what a token is to be: one of these.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scope {
    Project(Reference),
    Domain(IgnoredAny),
    System(IgnoredAny),
    #[serde(rename = "OS-TRUST:trust")]
    Trust(IgnoredAny),
    /// Nothing, even if the user had a project by default.
    Unscoped(IgnoredAny),
}

/// A user or a project: by its name and its domain, or by its id.
#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) domain: Option<Domain>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Domain {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
}

fn missing(attribute: &str, target: &'static str) -> KeystoneError {
    KeystoneError::Validation { attribute: attribute.to_owned(), target }
}

impl AuthRequest {
    /// Reads a request's body.
    pub(super) fn read(body: Option<&Value>) -> Result<Self, KeystoneError> {
        let auth = body.and_then(|body| body.get("auth"));
        let auth = auth.ok_or_else(|| missing("auth", "request body"))?;
        // What serde says of a text could quote it, and it may be a password.
        let identity = Identity::deserialize(&auth["identity"])
            .map_err(|_| missing("an identity with its methods", "auth"))?;
        if let Some(PasswordProof { user }) = &identity.password {
            user.user.check("user")?;
        }
        let scope = auth.get("scope").map(Scope::read).transpose()?;
        Ok(Self { identity, scope })
    }
}

impl Scope {
    fn read(scope: &Value) -> Result<Self, KeystoneError> {
        if scope == "unscoped" {
            return Ok(Self::Unscoped(IgnoredAny));
        }
        let one_of = "one of project, domain, system, OS-TRUST:trust and unscoped";
        let scope = Self::deserialize(scope).map_err(|_| missing(one_of, "scope"))?;
        if let Self::Project(project) = &scope {
            project.check("project")?;
        }
        Ok(scope)
    }
}

impl Reference {
    /// Could it mean something?
    fn check(&self, target: &'static str) -> Result<(), KeystoneError> {
        match self {
            Self { id: None, name: None, .. } => Err(missing("id or name", target)),
            Self { name: Some(_), domain: None, .. } => Err(missing("domain", target)),
            Self { domain: Some(Domain { id: None, name: None }), .. } => {
                Err(missing("id or name", "domain"))
            }
            _ => Ok(()),
        }
    }

    /// Does it mean the thing with this name in this domain, or with this id?
    pub(super) fn means(&self, thing: &Owned) -> bool {
        match (&self.name, &self.domain) {
            (Some(name), Some(domain)) => *name == thing.name && domain.means(&thing.domain),
            _ => self.id.as_ref() == Some(&thing.id),
        }
    }
}

impl Domain {
    fn means(&self, Named { id, name }: &Named) -> bool {
        match &self.name {
            Some(said) => said == name,
            None => self.id.as_ref() == Some(id),
        }
    }
}
