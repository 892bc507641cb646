//! What a client says to log in (`keystone/auth/schema.py`).

use super::error::KeystoneError;
use nova_objects::Secret;
use nova_pipeline::authtoken::identity::Owned;
use serde::Deserialize;
use serde_json::Value;

/// The body of `POST /v3/auth/tokens`, below `auth`.
#[derive(Debug, Deserialize)]
pub(super) struct AuthRequest {
    /// How the client proves who it is.
    pub(super) identity: Identity,
    /// For what it wants a token.
    #[serde(default)]
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
    pub(super) password: Secret,
}

#[derive(Debug, Deserialize)]
pub(super) struct TokenProof {
    pub(super) id: Secret,
}

/// For what a token is to be.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Scope {
    /// A project.
    Project { project: Reference },
    /// Nothing, or a domain, or the whole system.
    Other(Value),
}

impl Scope {
    /// Is it for nothing, even if the user had a project by default?
    pub(super) fn is_unscoped(&self) -> bool {
        match self {
            Self::Project { .. } => false,
            Self::Other(other) => other == "unscoped" || other.get("unscoped").is_some(),
        }
    }
}

/// A user or a project: by its id, or by its name and its domain.
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

impl AuthRequest {
    /// Reads a request's body.
    pub(super) fn read(body: Option<&Value>) -> Result<Self, KeystoneError> {
        let missing = |attribute: &str, target| KeystoneError::Validation {
            attribute: attribute.to_owned(),
            target,
        };
        let auth = body.and_then(|body| body.get("auth"));
        let auth = auth.ok_or_else(|| missing("auth", "request body"))?;
        // What serde says of a text could quote it, and it may be a password.
        Self::deserialize(auth).map_err(|_| missing("an identity with its methods", "auth"))
    }
}

impl Reference {
    /// Does it mean the thing with this id, or with this name in this domain?
    pub(super) fn means(&self, thing: &Owned) -> bool {
        let same = |said: &Option<String>, is: &str| said.as_deref() == Some(is);
        if self.id.is_some() {
            return same(&self.id, &thing.id);
        }
        let in_domain = self.domain.as_ref().is_some_and(|domain| {
            same(&domain.id, &thing.domain.id) || same(&domain.name, &thing.domain.name)
        });
        in_domain && same(&self.name, &thing.name)
    }
}
