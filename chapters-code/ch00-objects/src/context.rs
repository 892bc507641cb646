//! Who asks, and under which request id (`nova/context.py`).

use crate::{DateTime, Secret, TraceParent, trace_parent::trace_id_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The security context of one request: it goes wherever the request goes.
///
/// A filter makes it, the API asks it what is allowed, RPC carries it (each field as a
/// `_context_` key of the message), and a [`Store`](crate::Store) shows it only the rows of its
/// project, unless it is an administrator's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestContext {
    /// `req-` and a UUID: the name under which everything that happens for this request is found.
    pub request_id: String,
    /// The caller's own request id, where it sent one that looks like one.
    pub global_request_id: Option<String>,
    /// Who asks. `None` for Nova itself.
    pub user_id: Option<String>,
    /// For which project. `None` for Nova itself.
    pub project_id: Option<String>,
    /// The user's readable name, where the identity service told it.
    pub user_name: Option<String>,
    /// The project's readable name, where the identity service told it.
    pub project_name: Option<String>,
    /// The roles the user has in the project.
    pub roles: Vec<String>,
    /// May this context see and do everything?
    pub is_admin: bool,
    /// The token the request came with: handed on to the neighbours.
    pub auth_token: Option<Secret>,
    /// Where the request came from.
    pub remote_address: Option<String>,
    /// When the context was made.
    pub timestamp: Option<DateTime>,
    /// `"no"`: deleted rows do not exist. `"yes"`: they do.
    pub read_deleted: String,
    /// The identity service's list of neighbours, as far as Nova needs it.
    pub service_catalog: Vec<Value>,
    /// The trace this request belongs to, and the hop that sent it here. `None`: nobody did.
    pub traceparent: Option<TraceParent>,
}

impl Default for RequestContext {
    fn default() -> Self {
        Self::of_request(format!("req-{}", Uuid::new_v4()))
    }
}

impl RequestContext {
    /// Nobody's context, for the request of that id.
    pub fn of_request(request_id: String) -> Self {
        Self {
            request_id,
            global_request_id: None,
            user_id: None,
            project_id: None,
            user_name: None,
            project_name: None,
            roles: Vec::new(),
            is_admin: false,
            auth_token: None,
            remote_address: None,
            timestamp: Some(DateTime::now()),
            read_deleted: "no".into(),
            service_catalog: Vec::new(),
            traceparent: None,
        }
    }

    /// The context of a user in a project, with a request id of its own.
    pub fn new(user_id: impl Into<String>, project_id: impl Into<String>) -> Self {
        Self {
            user_id: Some(user_id.into()),
            project_id: Some(project_id.into()),
            ..Self::default()
        }
    }

    /// Nova's own context: no user, no project, everything allowed (`get_admin_context`).
    pub fn admin() -> Self {
        Self { is_admin: true, ..Self::default() }
    }

    /// The same request with an administrator's rights (`elevated`).
    #[must_use]
    pub fn elevated(&self) -> Self {
        Self { is_admin: true, ..self.clone() }
    }

    /// The same request, seeing deleted rows too (`read_deleted="yes"`).
    #[must_use]
    pub fn reading_deleted(&self) -> Self {
        Self { read_deleted: "yes".into(), ..self.clone() }
    }

    /// The trace this request belongs to: the caller's, or the one that begins with it.
    pub fn trace_id(&self) -> u128 {
        self.traceparent.map_or_else(|| trace_id_of(&self.request_id), |message| message.trace_id)
    }

    /// Does this context see the rows of `project_id`?
    pub fn owns(&self, project_id: &str) -> bool {
        self.is_admin || self.project_id.as_deref() == Some(project_id)
    }
}
