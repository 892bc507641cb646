//! `/flavors` (`nova/api/openstack/compute/flavors.py`).

use super::{
    paging::{Paging, values},
    views::{Links, flavors as view},
};
use crate::extension::{
    ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtensionBase, entry_point,
};
use nova_objects::{Flavor, NovaObject, Plugs, Query, Store};
use nova_router::{ApiError, ApiRequest, Controller, ResourceOptions, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `flavors`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("flavors", "nova.api.openstack.compute.flavors:Flavors", |plugs| {
        Ok(Box::new(Flavors { plugs: plugs.clone() }))
    });

/// Flavors.
struct Flavors {
    plugs: Plugs,
}

impl V21ApiExtensionBase for Flavors {
    fn name(&self) -> &'static str {
        "Flavors"
    }

    fn alias(&self) -> &'static str {
        "flavors"
    }

    fn get_resources(&self) -> Result<Vec<ResourceExtension>, ExtensionError> {
        Ok(vec![ResourceExtension {
            collection: "flavors",
            member: "flavor",
            controller: FlavorsController { store: self.plugs.get()? }.methods(),
            options: ResourceOptions::default().collection("detail", "GET"),
            custom_routes: None,
        }])
    }
}

/// The controller behind `/flavors`.
struct FlavorsController {
    store: Arc<dyn Store>,
}

impl FlavorsController {
    fn methods(self) -> Controller {
        Controller::builder("FlavorsController", Arc::new(self))
            .action("index", method(Self::index).expected_errors(&[400]))
            .action("detail", method(Self::detail).expected_errors(&[400]))
            .action("show", method(Self::show).expected_errors(&[404]))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        self.list(&request, "flavors", view::basic).await
    }

    async fn detail(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        self.list(&request, "flavors/detail", view::show).await
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let flavor = Flavor::get(&*self.store, request.context()?, request.arg("id")).await?;
        Ok(json!({ "flavor": view::show(&Links::of(&request.environ), &flavor) }))
    }

    async fn list(
        &self,
        request: &ApiRequest,
        path: &str,
        view: fn(&Links, &Flavor) -> Value,
    ) -> Result<Value, ApiError> {
        let paging = Paging::of(&request.query)?;
        let query = paging.apply(search(request)?.ascending("flavorid"));
        let flavors = Flavor::list(&*self.store, request.context()?, query).await;
        let flavors = Paging::found(flavors)?;
        let links = Links::of(&request.environ);
        let shown = flavors.iter().map(|flavor| view(&links, flavor)).collect();
        let last = flavors.last().map(|flavor| flavor.flavorid.as_str());
        Ok(paging.document(request, path, shown, last))
    }
}

/// The query for what the query string searches for. Only administrators are asked whether they
/// want flavors that are not public; `None` means that they want all.
fn search(request: &ApiRequest) -> Result<Query, ApiError> {
    let value = values(&request.query, "is_public").next().unwrap_or("true");
    let query = Query::all().with("disabled", false);
    if !request.context()?.is_admin {
        return Ok(query.with("is_public", true));
    }
    match value.to_ascii_lowercase().as_str() {
        "none" => Ok(query),
        "true" | "1" | "t" | "yes" | "y" | "on" => Ok(query.with("is_public", true)),
        "false" | "0" | "f" | "no" | "n" | "off" => Ok(query.with("is_public", false)),
        _ => Err(ApiError::http(400, format!("Invalid is_public filter [{value}]"))),
    }
}
