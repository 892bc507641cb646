//! What was done to an instance, and how it went (`nova/objects/instance_action.py`).

use crate::{DateTime, Instance, NovaObject, RequestContext};
use serde::{Deserialize, Serialize};

/// One request that changed an instance: `create`, `stop`, `delete`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceAction {
    /// The row's number.
    pub id: i64,
    /// What it was done to.
    pub instance_uuid: String,
    /// What was asked for.
    pub action: String,
    /// Under which request id.
    pub request_id: String,
    /// By whom.
    pub user_id: Option<String>,
    /// For which project.
    pub project_id: Option<String>,
    /// When it began.
    pub start_time: Option<DateTime>,
    /// `"Error"` if an event of it failed.
    pub message: Option<String>,
}

impl NovaObject for InstanceAction {
    const NAME: &'static str = "InstanceAction";
    const VERSION: &'static str = "1.1";
    const KEY: &'static str = "id";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl InstanceAction {
    /// The action that `context`'s request begins on `instance` (`action_start`).
    pub fn start(context: &RequestContext, instance: &Instance, action: &str) -> Self {
        Self {
            id: 0,
            instance_uuid: instance.uuid.clone(),
            action: action.into(),
            request_id: context.request_id.clone(),
            user_id: context.user_id.clone(),
            project_id: context.project_id.clone(),
            start_time: Some(DateTime::now()),
            message: None,
        }
    }
}

/// One step of an action on a host: `compute__do_build_and_run_instance`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceActionEvent {
    /// The row's number.
    pub id: i64,
    /// The instance of the action it belongs to.
    pub instance_uuid: String,
    /// The request of the action it belongs to.
    pub request_id: String,
    /// Which step.
    pub event: String,
    /// When it began.
    pub start_time: Option<DateTime>,
    /// When it ended.
    pub finish_time: Option<DateTime>,
    /// `"Success"` or `"Error"`.
    pub result: Option<String>,
    /// What went wrong.
    pub traceback: Option<String>,
    /// On which host (since Rocky, 18.0.0).
    pub host: Option<String>,
}

impl NovaObject for InstanceActionEvent {
    const NAME: &'static str = "InstanceActionEvent";
    const VERSION: &'static str = "1.1";
    const KEY: &'static str = "id";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl InstanceActionEvent {
    /// The step `event` of the request in `context`, begun now on `host` (`event_start`).
    pub fn start(context: &RequestContext, instance: &Instance, event: &str, host: &str) -> Self {
        Self {
            id: 0,
            instance_uuid: instance.uuid.clone(),
            request_id: context.request_id.clone(),
            event: event.into(),
            start_time: Some(DateTime::now()),
            finish_time: None,
            result: None,
            traceback: None,
            host: Some(host.into()),
        }
    }
}
