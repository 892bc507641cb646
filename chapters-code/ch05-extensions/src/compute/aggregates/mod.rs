//! `/os-aggregates` (`nova/api/openstack/compute/aggregates.py`).

mod schemas;

use crate::{
    compute_api::{AggregateAPI, AggregateError, AggregateNotes},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    validation::{Validated, Validation},
};
use nova_objects::{Aggregate, DateTime, NovaException, Tracked};
use nova_router::{ApiError, ApiRequest, ApiVersionRequest, Controller, ResourceOptions, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `os-aggregates`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("aggregates", "nova.api.openstack.compute.aggregates:Aggregates", |plugs| {
        let controller = AggregateController { api: AggregateAPI::new(plugs)? }.methods()?;
        let options = ResourceOptions::default().member("action", "POST");
        let aggregates = ResourceExtension::new("os-aggregates", controller).options(options);
        let about = "Admin-only aggregate administration.";
        Ok(V21ApiExtension::new("Aggregates", "os-aggregates", about).resource(aggregates))
    });

/// The controller behind `/os-aggregates`.
struct AggregateController {
    api: AggregateAPI,
}

impl AggregateController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let create = Validation::versioned(schemas::create, &[])?;
        let update = Validation::versioned(schemas::update, &[])?;
        let add = Validation::new(&schemas::host("add_host"))?;
        let remove = Validation::new(&schemas::host("remove_host"))?;
        let note = Validation::new(&schemas::set_metadata())?;
        let index = method(Self::index).policy("os_compute_api:os-aggregates:index");
        let show = method(Self::show).policy("os_compute_api:os-aggregates:show");
        let create =
            method(Self::create).policy("os_compute_api:os-aggregates:create").schema(create);
        let update =
            method(Self::update).policy("os_compute_api:os-aggregates:update").schema(update);
        let delete = method(Self::delete).policy("os_compute_api:os-aggregates:delete");
        let add =
            method(Self::add_host).policy("os_compute_api:os-aggregates:add_host").schema(add);
        let remove = method(Self::remove_host)
            .policy("os_compute_api:os-aggregates:remove_host")
            .schema(remove);
        let note = method(Self::set_metadata)
            .policy("os_compute_api:os-aggregates:set_metadata")
            .schema(note);
        Ok(Controller::builder("AggregateController", Arc::new(self))
            .action("index", index.expected_errors(&[]))
            .action("show", show.expected_errors(&[404]))
            .action("create", create.expected_errors(&[400, 409]))
            .action("update", update.expected_errors(&[400, 404, 409]))
            .action("delete", delete.expected_errors(&[400, 404]))
            .wsgi_action("add_host", add.expected_errors(&[404, 409]))
            .wsgi_action("remove_host", remove.expected_errors(&[404, 409]))
            .wsgi_action("set_metadata", note.expected_errors(&[400, 404, 409]))
            .build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let aggregates = self.api.get_aggregate_list(request.context()?).await?;
        let shown = aggregates.iter().map(|aggregate| view(&request, aggregate));
        Ok(json!({ "aggregates": shown.collect::<Vec<_>>() }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        answer(&request, self.api.get_aggregate(request.context()?, request.arg("id")).await)
    }

    /// What a new aggregate cannot have yet is not shown.
    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let text = |field: &str| body["aggregate"][field].as_str().map(str::trim);
        let (name, zone) = (text("name").unwrap_or_default(), text("availability_zone"));
        let made = self.api.create_aggregate(request.context()?, name, zone).await;
        let mut document = answer(&request, made)?;
        if let Some(shown) = document["aggregate"].as_object_mut() {
            shown.retain(|key, _| !matches!(key.as_str(), "hosts" | "metadata"));
        }
        Ok(document)
    }

    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let wish = &body["aggregate"];
        let name = wish["name"].as_str().map(str::trim);
        let zone = wish.get(Aggregate::AVAILABILITY_ZONE).map(|zone| {
            (Aggregate::AVAILABILITY_ZONE.to_owned(), zone.as_str().map(str::to_owned))
        });
        let (context, id) = (request.context()?, request.arg("id"));
        let notes = zone.into_iter().collect();
        answer(&request, self.api.update_aggregate(context, id, name, notes).await)
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        Ok(self.api.delete_aggregate(request.context()?, request.arg("id")).await?)
    }

    async fn add_host(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let (context, id) = (request.context()?, request.arg("id"));
        match self.api.add_host_to_aggregate(context, id, host(&request, "add_host")).await {
            Err(error @ AggregateError::InvalidAggregateAction { .. }) => {
                Err(ApiError::http(409, error.to_string()))
            }
            added => answer(&request, added),
        }
    }

    /// Whatever is unknown, the answer is the same.
    async fn remove_host(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let (context, id) = (request.context()?, request.arg("id"));
        let host = host(&request, "remove_host");
        match self.api.remove_host_from_aggregate(context, id, host).await {
            Err(error) if error.code() == 404 => {
                let explanation = format!("Cannot remove host {host} in aggregate {id}");
                Err(ApiError::http(404, explanation))
            }
            removed => answer(&request, removed),
        }
    }

    async fn set_metadata(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        let metadata = body["set_metadata"]["metadata"].as_object();
        let notes: AggregateNotes = metadata
            .into_iter()
            .flatten()
            .map(|(name, note)| (name.clone(), note.as_str().map(str::to_owned)))
            .collect();
        let (context, id) = (request.context()?, request.arg("id"));
        answer(&request, self.api.update_aggregate_metadata(context, id, notes).await)
    }
}

/// The host that a body names.
fn host<'r>(request: &'r ApiRequest, action: &str) -> &'r str {
    let body = request.body.as_ref();
    body.and_then(|body| body[action]["host"].as_str()).unwrap_or_default()
}

fn answer(
    request: &ApiRequest,
    aggregate: Result<Tracked<Aggregate>, AggregateError>,
) -> Result<Value, ApiError> {
    Ok(json!({ "aggregate": view(request, &*aggregate?) }))
}

/// An aggregate as clients see it. It has no `deleted` of its own: its row goes when it does.
fn view(request: &ApiRequest, aggregate: &Aggregate) -> Value {
    let mut shown = json!({
        "id": aggregate.id,
        "name": aggregate.name,
        "hosts": aggregate.hosts,
        "metadata": aggregate.metadata,
        "availability_zone": aggregate.availability_zone(),
        "created_at": aggregate.created_at.map(DateTime::to_naive),
        "updated_at": aggregate.updated_at.map(DateTime::to_naive),
        "deleted": false,
        "deleted_at": null,
    });
    if request.version.is_none_or(|version| version >= ApiVersionRequest(2, 41)) {
        shown["uuid"] = aggregate.uuid.as_str().into();
    }
    shown
}
