//! Instances that are to be together, or apart (`nova/objects/instance_group.py`).

use crate::{DateTime, NovaObject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the API calls a *server group*: instances, and how the scheduler is to place them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceGroup {
    /// The row's number.
    pub id: i64,
    /// The name by which the world knows it.
    pub uuid: String,
    /// Whose it is.
    pub project_id: String,
    /// Who made it.
    pub user_id: String,
    /// The readable name.
    pub name: String,
    /// `affinity` (all on one host) or `anti-affinity` (no two on one host).
    pub policies: Vec<String>,
    /// The instances, by `uuid`.
    pub members: Vec<String>,
    /// The owner's own notes.
    pub metadata: BTreeMap<String, String>,
    /// When the row was made.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

impl NovaObject for InstanceGroup {
    const NAME: &'static str = "InstanceGroup";
    const VERSION: &'static str = "1.10";
    const KEY: &'static str = "uuid";

    fn key(&self) -> String {
        self.uuid.clone()
    }
}

impl InstanceGroup {
    /// A group without members.
    pub fn new(project_id: &str, user_id: &str, name: &str, policies: Vec<String>) -> Self {
        Self {
            id: 0,
            uuid: Uuid::new_v4().to_string(),
            project_id: project_id.into(),
            user_id: user_id.into(),
            name: name.into(),
            policies,
            members: Vec::new(),
            metadata: BTreeMap::new(),
            created_at: None,
            updated_at: None,
        }
    }
}
