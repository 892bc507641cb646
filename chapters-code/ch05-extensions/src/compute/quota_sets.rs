//! `/os-quota-sets` (`nova/api/openstack/compute/quota_sets.py`).

use super::options::{is_true, value};
use crate::{
    Policy,
    compute_api::{Amounts, Owner, QuotaEngine, QuotaResource, RESOURCES},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    policy::Target,
    validation::{
        Validated, Validation,
        parameter_types::{MAX_INT, boolean, object},
    },
};
use nova_objects::query::text_of;
use nova_router::{ApiError, ApiRequest, ApiVersionRequest, Controller, ResourceOptions, method};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The extension `os-quota-sets`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("quota_sets", "nova.api.openstack.compute.quota_sets:QuotaSets", |plugs| {
        let controller =
            QuotaSetsController { quota: QuotaEngine::new(plugs)?, policy: plugs.get()? };
        let options = ResourceOptions::default().member("defaults", "GET").member("detail", "GET");
        let quota_sets =
            ResourceExtension::new("os-quota-sets", controller.methods()?).options(options);
        Ok(V21ApiExtension::new("Quotas", "os-quota-sets", "Quotas management support.")
            .resource(quota_sets))
    });

/// From this version on, the quotas of networks are not Nova's to show.
const WITHOUT_NETWORKS: ApiVersionRequest = ApiVersionRequest(2, 36);

const SHOW: &str = "os_compute_api:os-quota-sets:show";
const DETAIL: &str = "os_compute_api:os-quota-sets:detail";
const DEFAULTS: &str = "os_compute_api:os-quota-sets:defaults";
const UPDATE: &str = "os_compute_api:os-quota-sets:update";
const DELETE: &str = "os_compute_api:os-quota-sets:delete";

/// The controller behind `/os-quota-sets`. What others have as an id is a project here.
struct QuotaSetsController {
    quota: QuotaEngine,
    policy: Policy,
}

impl QuotaSetsController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let update = Validation::versioned(
            |_| update_schema(|_| true),
            &[(WITHOUT_NETWORKS, |schema| *schema = update_schema(|one| !one.of_network))],
        )?;
        let update = method(Self::update).policy(UPDATE).schema(update);
        let delete = method(Self::delete).policy(DELETE).response(202);
        Ok(Controller::builder("QuotaSetsController", Arc::new(self))
            .action("show", method(Self::show).expected_errors(&[]).policy(SHOW))
            .action("detail", method(Self::detail).expected_errors(&[]).policy(DETAIL))
            .action("defaults", method(Self::defaults).expected_errors(&[]).policy(DEFAULTS))
            .action("update", update.expected_errors(&[400]))
            .action("delete", delete.expected_errors(&[]))
            .build())
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let owner = self.owner(&request, SHOW)?;
        let limits = self.quota.limits(request.context()?, owner).await?;
        Ok(with_id(&request, quota_set(&request, |resource| amount(&limits, resource))))
    }

    /// With what is in use. Nothing is reserved: it is counted when it is asked for.
    async fn detail(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let owner = self.owner(&request, DETAIL)?;
        let context = request.context()?;
        let limits = self.quota.limits(context, owner).await?;
        let usages = self.quota.usages(context, owner).await?;
        let set = quota_set(&request, |resource| {
            json!({
                "limit": amount(&limits, resource),
                "in_use": usages.get(resource.name).copied().unwrap_or_default(),
                "reserved": 0,
            })
        });
        Ok(with_id(&request, set))
    }

    async fn defaults(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        self.owner(&request, DEFAULTS)?;
        let defaults = self.quota.defaults();
        Ok(with_id(&request, quota_set(&request, |resource| amount(&defaults, resource))))
    }

    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let owner = self.owner(&request, UPDATE)?;
        let body = request.body.clone().unwrap_or_default();
        let wanted = &body["quota_set"];
        let limits = wanted_limits(wanted)?;
        let context = request.context()?;
        self.quota.set_limits(context, owner, &limits, is_true(&wanted["force"])).await?;
        let limits = self.quota.limits(context, owner).await?;
        Ok(json!({ "quota_set": quota_set(&request, |resource| amount(&limits, resource)) }))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let owner = self.owner(&request, DELETE)?;
        Ok(self.quota.destroy_limits(request.context()?, owner).await?)
    }

    /// Whose quotas the URL names, if `rule` lets who asks do this to them.
    fn owner<'r>(&self, request: &'r ApiRequest, rule: &str) -> Result<Owner<'r>, ApiError> {
        let project_id = request.arg("id");
        let target = Target { project_id: Some(project_id.to_owned()), user_id: None };
        self.policy.authorize(request.context()?, rule, &target)?;
        let user_id = value(&request.query, "user_id").filter(|user_id| !user_id.is_empty());
        Ok(Owner { project_id, user_id })
    }
}

/// Each resource that the request's version knows, as `show` shows it.
fn quota_set(request: &ApiRequest, show: impl Fn(&QuotaResource) -> Value) -> Map<String, Value> {
    known(request).map(|resource| (resource.name.to_owned(), show(resource))).collect()
}

/// The resources that the request's version knows.
pub(super) fn known(request: &ApiRequest) -> impl Iterator<Item = &'static QuotaResource> {
    let all = request.version.is_some_and(|version| version < WITHOUT_NETWORKS);
    RESOURCES.iter().filter(move |resource| all || !resource.of_network)
}

fn amount(amounts: &Amounts, resource: &QuotaResource) -> Value {
    json!(amounts.get(resource.name))
}

fn with_id(request: &ApiRequest, mut set: Map<String, Value>) -> Value {
    set.insert("id".into(), request.arg("id").into());
    json!({ "quota_set": set })
}

/// The limits that a body wants to be set. They come as numbers or as digits; the schema has seen
/// how large the numbers are, and here are the digits.
fn wanted_limits(wanted: &Value) -> Result<Vec<(&'static str, i64)>, ApiError> {
    let mut limits = Vec::new();
    for QuotaResource { name, .. } in RESOURCES {
        let Some(value) = wanted.get(name) else { continue };
        let text = text_of(value);
        let problem = match text.parse() {
            Ok(limit @ -1..=MAX_INT) => {
                limits.push((*name, limit));
                continue;
            }
            _ if text.starts_with('-') => "less than the minimum of -1".to_owned(),
            _ => format!("greater than the maximum of {MAX_INT}"),
        };
        let field = format!("Invalid input for field/attribute {name}.");
        return Err(ApiError::http(400, format!("{field} Value: {text}. {text} is {problem}")));
    }
    Ok(limits)
}

fn update_schema(has: fn(&QuotaResource) -> bool) -> Value {
    let limit = json!({
        "type": ["integer", "string"],
        "pattern": "^-?[0-9]+$",
        "minimum": -1,
        "maximum": MAX_INT,
    });
    let named = RESOURCES.iter().filter(|resource| has(resource));
    let limits = named.map(|resource| (resource.name.to_owned(), limit.clone()));
    let fields: Map<_, _> = limits.chain([("force".to_owned(), boolean())]).collect();
    object(json!({ "quota_set": object(fields.into(), &[]) }), &["quota_set"])
}
