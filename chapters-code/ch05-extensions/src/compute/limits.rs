//! `/limits` (`nova/api/openstack/compute/limits.py`, `views/limits.py`).

use super::{options::value, quota_sets::known};
use crate::{
    compute_api::{Owner, QuotaEngine},
    extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point},
};
use nova_objects::RequestContext;
use nova_router::{ApiError, ApiRequest, ApiVersionRequest, Controller, method};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The extension `limits`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("limits", "nova.api.openstack.compute.limits:Limits", |plugs| {
        let controller = LimitsController { quota: QuotaEngine::new(plugs)? }.methods();
        Ok(V21ApiExtension::new("Limits", "limits", "Limits support.")
            .resource(ResourceExtension::new("limits", controller)))
    });

/// What a limit is called here, by resource.
const NAMES: [(&str, &str); 12] = [
    ("ram", "maxTotalRAMSize"),
    ("instances", "maxTotalInstances"),
    ("cores", "maxTotalCores"),
    ("key_pairs", "maxTotalKeypairs"),
    ("floating_ips", "maxTotalFloatingIps"),
    ("metadata_items", "maxServerMeta"),
    ("injected_files", "maxPersonality"),
    ("injected_file_content_bytes", "maxPersonalitySize"),
    ("security_groups", "maxSecurityGroups"),
    ("security_group_rules", "maxSecurityGroupRules"),
    ("server_groups", "maxServerGroups"),
    ("server_group_members", "maxServerGroupMembers"),
];

/// The last version in which an image's notes are Nova's business.
const IMAGE_META: ApiVersionRequest = ApiVersionRequest(2, 38);

/// The controller behind `/limits`.
struct LimitsController {
    quota: QuotaEngine,
}

impl LimitsController {
    fn methods(self) -> Controller {
        let index = method(Self::index).expected_errors(&[]).policy("os_compute_api:limits");
        Controller::builder("LimitsController", Arc::new(self)).action("index", index).build()
    }

    /// The rates of old are gone: nobody limits how often a client may ask.
    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let context = request.context()?;
        let project_id = project_id(&request, context);
        let limits = self.quota.limits(context, Owner::project(project_id)).await?;
        let mut absolute = Map::new();
        for resource in known(&request) {
            let names = NAMES.iter().filter(|(name, _)| *name == resource.name);
            let limit = json!(limits.get(resource.name));
            absolute.extend(names.map(|(_, shown)| ((*shown).to_owned(), limit.clone())));
        }
        if request.version.is_some_and(|version| version <= IMAGE_META) {
            absolute.insert("maxImageMeta".into(), json!(limits.get("metadata_items")));
        }
        Ok(json!({ "limits": { "rate": [], "absolute": absolute } }))
    }
}

/// The project whose limits are wanted. Those of another are for administrators; everybody else
/// gets to know his own, whatever he asks for.
fn project_id<'r>(request: &'r ApiRequest, context: &'r RequestContext) -> &'r str {
    let named = value(&request.query, "tenant_id").filter(|project| context.owns(project));
    named.or(context.project_id.as_deref()).unwrap_or_default()
}
