//! What is asked of the identity service, and what it says (`keystoneauth1.access`).

use async_trait::async_trait;
use nova_objects::{DateTime, RemoteError, RequestContext, Secret};
use serde::{Deserialize, Serialize};

/// The identity service, as far as a filter needs it.
#[async_trait]
pub trait TokenValidator: Send + Sync {
    /// Whose token that is; `None` if the identity service knows no such token. `context` says
    /// for which request.
    ///
    /// # Errors
    ///
    /// The identity service cannot be reached, or does not answer as one.
    async fn validate(
        &self,
        context: &RequestContext,
        token: &Secret,
    ) -> Result<Option<AccessInfo>, RemoteError>;
}

/// What a token gives access to: the `token` of the v3 API's document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessInfo {
    /// Until when it is good.
    pub expires_at: DateTime,
    /// Who logged in.
    pub user: Owned,
    /// For which project; a token may be for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Owned>,
    /// What the user may be in that project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Named>,
    /// Where the other services are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catalog: Vec<CatalogService>,
}

impl AccessInfo {
    /// A token of `user` for no project: it opens nothing yet.
    pub fn unscoped(user: Owned, expires_at: DateTime) -> Self {
        Self { expires_at, user, project: None, roles: Vec::new(), catalog: Vec::new() }
    }
}

/// An id that stays, and a name for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// A user or a project: its name is unique in a domain only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owned {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whose it is.
    pub domain: Named,
}

/// A service in the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogService {
    /// Its id.
    #[serde(default)]
    pub id: String,
    /// What it does: `compute`, `image`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is called: `nova`, `glance`.
    #[serde(default)]
    pub name: String,
    /// Where it is.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
}

/// An address of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its id.
    #[serde(default)]
    pub id: String,
    /// For whom: `public`, `internal`, `admin`.
    pub interface: String,
    /// In which region.
    #[serde(default)]
    pub region: Option<String>,
    /// The same, by its id.
    #[serde(default)]
    pub region_id: Option<String>,
    /// The address.
    pub url: String,
}
