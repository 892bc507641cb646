//! What is used of the limits (`nova/api/openstack/compute/used_limits.py`).

use super::{options::value, quota_sets::known};
use crate::{
    Policy,
    compute_api::{Owner, QuotaEngine},
    extension::{ExtensionEntryPoint, V21ApiExtension, entry_point},
    policy::Target,
};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, extends};
use serde_json::json;
use std::sync::Arc;

/// The extension `os-used-limits`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("used_limits", "nova.api.openstack.compute.used_limits:UsedLimits", |plugs| {
        let used = UsedLimits { policy: plugs.get()?, quota: QuotaEngine::new(plugs)? };
        let about = "Provide data on limited resources that are being used.";
        Ok(V21ApiExtension::new("UsedLimits", "os-used-limits", about)
            .controller_extension("limits", used.controller()))
    });

/// What a usage is called here, by resource.
const NAMES: [(&str, &str); 6] = [
    ("ram", "totalRAMUsed"),
    ("cores", "totalCoresUsed"),
    ("instances", "totalInstancesUsed"),
    ("floating_ips", "totalFloatingIpsUsed"),
    ("security_groups", "totalSecurityGroupsUsed"),
    ("server_groups", "totalServerGroupsUsed"),
];

struct UsedLimits {
    policy: Policy,
    quota: QuotaEngine,
}

impl UsedLimits {
    fn controller(self) -> Controller {
        Controller::builder("UsedLimitsController", Arc::new(self))
            .extends("index", extends(Self::extend))
            .build()
    }

    async fn extend(
        self: Arc<Self>,
        request: Arc<ApiRequest>,
        mut answer: ApiResponse,
    ) -> Result<ApiResponse, ApiError> {
        let project_id = self.project_id(&request)?;
        let usages = self.quota.usages(request.context()?, Owner::project(project_id)).await?;
        if let Some(limits) = answer.obj() {
            for resource in known(&request) {
                let names = NAMES.iter().filter(|(name, _)| *name == resource.name);
                let used = usages.get(resource.name).copied().unwrap_or_default();
                names.for_each(|(_, shown)| limits["limits"]["absolute"][shown] = json!(used));
            }
        }
        Ok(answer)
    }

    /// The project whose usage is wanted: whoever names one has to be allowed to.
    fn project_id<'r>(&self, request: &'r ApiRequest) -> Result<&'r str, ApiError> {
        let context = request.context()?;
        let Some(project_id) = value(&request.query, "tenant_id") else {
            return Ok(context.project_id.as_deref().unwrap_or_default());
        };
        let target =
            Target { project_id: Some(project_id.to_owned()), user_id: context.user_id.clone() };
        self.policy.authorize(context, "os_compute_api:os-used-limits", &target)?;
        Ok(project_id)
    }
}
