//! `/flavors` (`nova/api/openstack/compute/flavors.py`).

use super::{
    options::{bool_from_string, refuse, value},
    paging::Paging,
    views::{Links, flavors as view},
};
use crate::extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point};
use nova_objects::{Flavor, NovaObject, Query, Store};
use nova_router::{ApiError, ApiRequest, Controller, ResourceOptions, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `flavors`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("flavors", "nova.api.openstack.compute.flavors:Flavors", |plugs| {
        let controller = FlavorsController { store: plugs.get()? }.methods();
        let options = ResourceOptions::default().collection("detail", "GET");
        let flavors =
            ResourceExtension::new("flavors", controller).member("flavor").options(options);
        Ok(V21ApiExtension::new("Flavors", "flavors", "Flavors Extension.").resource(flavors))
    });

/// The controller behind `/flavors`.
struct FlavorsController {
    store: Arc<dyn Store>,
}

impl FlavorsController {
    fn methods(self) -> Controller {
        let rule = "os_compute_api:flavors";
        Controller::builder("FlavorsController", Arc::new(self))
            .action("index", method(Self::index).expected_errors(&[400]).policy(rule))
            .action("detail", method(Self::detail).expected_errors(&[400]).policy(rule))
            .action("show", method(Self::show).expected_errors(&[404]).policy(rule))
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

/// The query for what the query string searches for. Only administrators see flavors that are
/// disabled, and are asked whether they want those that are not public; `None` means both kinds.
fn search(request: &ApiRequest) -> Result<Query, ApiError> {
    refuse(&request.query, &["minRam", "minDisk", "sort_key", "sort_dir"])?;
    if !request.context()?.is_admin {
        return Ok(Query::all().with("disabled", false).with("is_public", true));
    }
    let wanted = value(&request.query, "is_public").unwrap_or("true");
    if wanted.eq_ignore_ascii_case("none") {
        return Ok(Query::all());
    }
    match bool_from_string(wanted) {
        Some(is_public) => Ok(Query::all().with("is_public", is_public)),
        None => Err(ApiError::http(400, format!("Invalid is_public filter [{wanted}]"))),
    }
}
