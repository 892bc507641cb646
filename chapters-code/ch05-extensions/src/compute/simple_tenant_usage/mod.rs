//! `/os-simple-tenant-usage` (`nova/api/openstack/compute/simple_tenant_usage.py`).

mod period;
mod usage;

use super::paging::Paging;
use crate::{
    Policy,
    compute_api::API,
    extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point},
    policy::Target,
};
use nova_objects::{Instance, Tracked};
use nova_router::{ApiError, ApiRequest, ApiVersionRequest, Controller, method};
use period::Period;
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-simple-tenant-usage`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "simple_tenant_usage",
    "nova.api.openstack.compute.simple_tenant_usage:SimpleTenantUsage",
    |plugs| {
        let controller =
            SimpleTenantUsageController { compute_api: API::new(plugs)?, policy: plugs.get()? };
        let usage = ResourceExtension::new("os-simple-tenant-usage", controller.methods());
        let about = "Simple tenant usage extension.";
        Ok(V21ApiExtension::new("SimpleTenantUsage", "os-simple-tenant-usage", about)
            .resource(usage))
    },
);

/// The version from which on there are pages.
const PAGED: ApiVersionRequest = ApiVersionRequest(2, 40);

const LIST: &str = "os_compute_api:os-simple-tenant-usage:list";
const SHOW: &str = "os_compute_api:os-simple-tenant-usage:show";

/// The controller behind `/os-simple-tenant-usage`: who had what for how long.
struct SimpleTenantUsageController {
    compute_api: API,
    policy: Policy,
}

/// The instances that ran in a period, and where the next of them are, if they are a page.
struct Page {
    instances: Vec<Tracked<Instance>>,
    next: Option<Value>,
}

impl SimpleTenantUsageController {
    fn methods(self) -> Controller {
        Controller::builder("SimpleTenantUsageController", Arc::new(self))
            .action("index", method(Self::index).expected_errors(&[400]).policy(LIST))
            .action("show", method(Self::show).expected_errors(&[400]).policy(SHOW))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let period = Period::of(&request.query)?;
        let page = self.page(&request, &period, None, "os-simple-tenant-usage").await?;
        let usages = usage::of_projects(&page.instances, &period, period.detailed);
        let mut document = json!({ "tenant_usages": usages });
        if let Some(next) = page.next {
            document["tenant_usages_links"] = next;
        }
        Ok(document)
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let project_id = request.arg("id");
        let target = Target { project_id: Some(project_id.to_owned()), user_id: None };
        self.policy.authorize(request.context()?, SHOW, &target)?;
        let period = Period::of(&request.query)?;
        let path = format!("os-simple-tenant-usage/{project_id}");
        let page = self.page(&request, &period, Some(project_id), &path).await?;
        let usages = usage::of_projects(&page.instances, &period, true);
        let mut document =
            json!({ "tenant_usage": usages.into_iter().next().unwrap_or_else(|| json!({})) });
        if let Some(next) = page.next {
            document["tenant_usage_links"] = next;
        }
        Ok(document)
    }

    /// The instances of one project or of all, on the page that is asked for. What a page says of
    /// a project is only what the instances on it have used.
    async fn page(
        &self,
        request: &ApiRequest,
        period: &Period,
        project_id: Option<&str>,
        path: &str,
    ) -> Result<Page, ApiError> {
        let (context, window) = (request.context()?, (period.start, period.stop));
        let instances = self.compute_api.get_active_by_window(context, window, project_id).await?;
        if request.version.is_some_and(|version| version < PAGED) {
            return Ok(Page { instances, next: None });
        }
        let paging = Paging::of(&request.query)?;
        let instances = paging.cut(instances, |instance| instance.uuid.clone())?;
        let last = instances.last().map(|instance| instance.uuid.as_str());
        let next = paging.next(request, path, instances.len(), last);
        Ok(Page { instances, next })
    }
}
