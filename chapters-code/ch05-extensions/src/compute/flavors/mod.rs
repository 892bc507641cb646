//! `/flavors` (`nova/api/openstack/compute/flavors.py`).

mod search;

use self::search::Search;
use super::{
    flavor_keys::DbFlavors,
    paging::Paging,
    views::{Links, flavors as view},
};
use crate::{
    compute_api::Flavors,
    extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point},
};
use nova_objects::{Flavor, Tracked};
use nova_router::{ApiError, ApiRequest, ApiResponse, Controller, ResourceOptions, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// The extension `flavors`.
pub const ENTRY_POINT: ExtensionEntryPoint =
    entry_point("flavors", "nova.api.openstack.compute.flavors:Flavors", |plugs| {
        let controller = FlavorsController { flavors: Flavors::new(plugs)? }.methods();
        let options =
            ResourceOptions::default().collection("detail", "GET").member("action", "POST");
        let flavors =
            ResourceExtension::new("flavors", controller).member("flavor").options(options);
        Ok(V21ApiExtension::new("Flavors", "flavors", "Flavors Extension.").resource(flavors))
    });

/// The controller behind `/flavors`.
struct FlavorsController {
    flavors: Flavors,
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

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        self.list(&request, "flavors", view::basic).await
    }

    async fn detail(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        self.list(&request, "flavors/detail", view::show).await
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<ApiResponse, ApiError> {
        let flavor = self.flavors.get(request.context()?, request.arg("id")).await?;
        Ok(one(&request, flavor))
    }

    async fn list(
        &self,
        request: &ApiRequest,
        path: &str,
        view: fn(&Links, &Flavor) -> Value,
    ) -> Result<ApiResponse, ApiError> {
        let (context, paging) = (request.context()?, Paging::of(&request.query)?);
        let search = Search::of(request)?;
        let visible = self.flavors.get_all(context, search.sort()).await?;
        let page = paging.page(visible, |f| &f.flavorid, |f| search.finds(context, f));
        let flavors = Paging::found(page)?;
        let links = Links::of(&request.environ);
        let shown = flavors.iter().map(|flavor| view(&links, flavor)).collect();
        let last = flavors.last().map(|flavor| flavor.flavorid.as_str());
        let document = paging.document(request, path, shown, last);
        Ok(ApiResponse::from(document).cache(DbFlavors::new(flavors)))
    }
}

/// The answer about one flavor, ready to be extended.
pub(super) fn one(request: &ApiRequest, flavor: Tracked<Flavor>) -> ApiResponse {
    let shown = json!({ "flavor": view::show(&Links::of(&request.environ), &flavor) });
    ApiResponse::from(shown).cache(DbFlavors::new(vec![flavor]))
}
