//! How much a project may have (`nova/objects/quotas.py`; `Quota` and `ProjectUserQuota` in
//! `nova/db/sqlalchemy/models.py`).

use crate::{DateTime, NovaObject};
use serde::{Deserialize, Serialize};

/// A limit that an administrator has set. Where there is no such row, the configuration's holds.
///
/// There is one at most for each project, user and resource. Nova has two tables, one for projects
/// and one for users in projects; here the second kind has a `user_id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// The row's number.
    pub id: i64,
    /// Whose limit it is.
    pub project_id: String,
    /// Which of that project's users it is about; `None` for the project as a whole.
    pub user_id: Option<String>,
    /// What is limited: `instances`, `cores`, `ram`.
    pub resource: String,
    /// How many, or how many MiB; -1 for no limit.
    pub hard_limit: i64,
    /// When the row was made.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

impl NovaObject for Quota {
    const NAME: &'static str = "Quota";
    const VERSION: &'static str = "1.0";
    const KEY: &'static str = "id";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Quota {
    /// A limit for a project as a whole, or for one of its users.
    pub fn new(project_id: &str, user_id: Option<&str>, resource: &str, hard_limit: i64) -> Self {
        Self {
            id: 0,
            project_id: project_id.into(),
            user_id: user_id.map(str::to_owned),
            resource: resource.into(),
            hard_limit,
            created_at: None,
            updated_at: None,
        }
    }
}
