//! What was done to servers (`nova/api/openstack/compute/instance_actions.py`).

use super::server_keys::is_for;
use crate::{
    Policy, Target,
    compute_api::API,
    extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point},
};
use nova_objects::{DateTime, Instance, InstanceAction, InstanceActionEvent, Tracked};
use nova_router::{ApiError, ApiRequest, ApiVersionRequest, Controller, ResourceOptions, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-instance-actions`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "instance_actions",
    "nova.api.openstack.compute.instance_actions:InstanceActions",
    |plugs| {
        let state = Arc::new(InstanceActionsController {
            compute_api: API::new(plugs)?,
            policy: plugs.get()?,
        });
        let index = method(InstanceActionsController::index).policy(RULE);
        let show = method(InstanceActionsController::show).policy(RULE);
        let controller = Controller::builder("InstanceActionsController", state)
            .action("index", index.expected_errors(&[404]))
            .action("show", show.expected_errors(&[404]))
            .build();
        let resource = ResourceExtension::new("os-instance-actions", controller)
            .options(ResourceOptions::default().parent("server", "servers"));
        let about = "View a log of actions and events taken on an instance.";
        Ok(V21ApiExtension::new("InstanceActions", "os-instance-actions", about).resource(resource))
    },
);

const RULE: &str = "os_compute_api:os-instance-actions";

struct InstanceActionsController {
    compute_api: API,
    policy: Policy,
}

impl InstanceActionsController {
    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let instance = self.instance(&request).await?;
        let actions = self.compute_api.actions_get(request.context()?, &instance).await?;
        let actions = actions.iter().map(|action| format_action(action)).collect::<Vec<_>>();
        Ok(json!({ "instanceActions": actions }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let (context, id) = (request.context()?, request.arg("id"));
        let instance = self.instance(&request).await?;
        let action = self.compute_api.action_get_by_request_id(context, &instance, id).await?;
        let action = action.ok_or_else(|| ApiError::http(404, format!("Action {id} not found")))?;
        let mut shown = format_action(&action);
        let rule = "os_compute_api:os-instance-actions:events";
        if self.policy.check(context, rule, &Target::of(context)) {
            let events = self.compute_api.action_events_get(context, &action).await?;
            shown["events"] = events.iter().map(|event| format_event(event)).collect();
        }
        Ok(json!({ "instanceAction": shown }))
    }

    /// The instance in the URL; since 2.21, it may be a deleted one.
    async fn instance(&self, request: &ApiRequest) -> Result<Tracked<Instance>, ApiError> {
        if !is_for(request, ApiVersionRequest(2, 21)) {
            return self.compute_api.instance(request).await;
        }
        let context = request.context()?.reading_deleted();
        Ok(self.compute_api.get(&context, request.arg("server_id")).await?)
    }
}

fn format_action(action: &InstanceAction) -> Value {
    json!({
        "action": action.action,
        "instance_uuid": action.instance_uuid,
        "request_id": action.request_id,
        "user_id": action.user_id,
        "project_id": action.project_id,
        "start_time": action.start_time.map(DateTime::to_naive),
        "message": action.message,
    })
}

fn format_event(event: &InstanceActionEvent) -> Value {
    json!({
        "event": event.event,
        "start_time": event.start_time.map(DateTime::to_naive),
        "finish_time": event.finish_time.map(DateTime::to_naive),
        "result": event.result,
        "traceback": event.traceback,
    })
}
