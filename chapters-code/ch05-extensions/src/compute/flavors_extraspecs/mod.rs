//! What flavors say beyond their sizes (`nova/api/openstack/compute/flavors_extraspecs.py`).

mod embedded;

use self::embedded::EmbeddedExtraSpecs;
use crate::{
    compute_api::{FlavorError, Flavors},
    extension::{
        ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    },
    validation::{
        Validated, Validation,
        parameter_types::{METADATA_KEY, object},
    },
};
use nova_objects::query::text_of;
use nova_router::{ApiError, ApiRequest, Controller, ResourceOptions, method};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The extension `os-flavor-extra-specs`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "flavors_extraspecs",
    "nova.api.openstack.compute.flavors_extraspecs:FlavorsExtraSpecs",
    |plugs| {
        let controller = FlavorExtraSpecsController { flavors: Flavors::new(plugs)? };
        let embedded = EmbeddedExtraSpecs { policy: plugs.get()? };
        let below = ResourceOptions::default().parent("flavor", "flavors");
        let extra_specs = ResourceExtension::new("os-extra_specs", controller.methods()?);
        let about = "Flavors extra specs support.";
        Ok(V21ApiExtension::new("FlavorExtraSpecs", "os-flavor-extra-specs", about)
            .resource(extra_specs.options(below))
            .controller_extension("servers", embedded.controller()))
    },
);

/// The controller behind `/flavors/{flavor_id}/os-extra_specs`.
struct FlavorExtraSpecsController {
    flavors: Flavors,
}

impl FlavorExtraSpecsController {
    fn methods(self) -> Result<Controller, ExtensionError> {
        let create = object(json!({ "extra_specs": specs_schema() }), &["extra_specs"]);
        let mut update = specs_schema();
        (update["minProperties"], update["maxProperties"]) = (json!(1), json!(1));
        let index = method(Self::index).policy(INDEX);
        let show = method(Self::show).policy("os_compute_api:os-flavor-extra-specs:show");
        let create = method(Self::create).schema(Validation::new(&create)?);
        let create = create.policy("os_compute_api:os-flavor-extra-specs:create");
        let update = method(Self::update).schema(Validation::new(&update)?);
        let update = update.policy("os_compute_api:os-flavor-extra-specs:update");
        let delete = method(Self::delete).policy("os_compute_api:os-flavor-extra-specs:delete");
        Ok(Controller::builder("FlavorExtraSpecsController", Arc::new(self))
            .action("index", index.expected_errors(&[404]))
            .action("show", show.expected_errors(&[404]))
            .action("create", create.expected_errors(&[400, 404, 409]))
            .action("update", update.expected_errors(&[400, 404, 409]))
            .action("delete", delete.expected_errors(&[404, 409]))
            .build())
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let flavor = self.flavors.get(request.context()?, request.arg("flavor_id")).await?;
        Ok(json!({ "extra_specs": flavor.extra_specs }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let key = request.arg("id");
        let flavor = self.flavors.get(request.context()?, request.arg("flavor_id")).await?;
        match flavor.extra_specs.get(key) {
            Some(value) => Ok(json!({ key: value })),
            None => {
                let (flavor_id, key) = (flavor.flavorid.clone(), key.to_owned());
                Err(FlavorError::ExtraSpecsNotFound { flavor_id, key }.into())
            }
        }
    }

    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        self.update_extra_specs(&request, &body["extra_specs"]).await?;
        Ok(body)
    }

    async fn update(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let body = request.body.clone().unwrap_or_default();
        if body.get(request.arg("id")).is_none() {
            return Err(ApiError::http(400, "Request body and URI mismatch"));
        }
        self.update_extra_specs(&request, &body).await?;
        Ok(body)
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let context = request.context()?;
        let mut flavor = self.flavors.get(context, request.arg("flavor_id")).await?;
        Ok(self.flavors.delete_extra_spec(context, &mut flavor, request.arg("id")).await?)
    }

    async fn update_extra_specs(
        &self,
        request: &ApiRequest,
        specs: &Value,
    ) -> Result<(), ApiError> {
        let context = request.context()?;
        let mut flavor = self.flavors.get(context, request.arg("flavor_id")).await?;
        let specs = texts(specs.as_object());
        Ok(self.flavors.update_extra_specs(context, &mut flavor, specs).await?)
    }
}

/// Texts, or numbers, which are kept as texts.
fn specs_schema() -> Value {
    json!({
        "type": "object",
        "patternProperties": { METADATA_KEY: { "type": ["string", "number"], "maxLength": 255 } },
        "additionalProperties": false,
    })
}

fn texts(specs: Option<&Map<String, Value>>) -> BTreeMap<String, String> {
    let specs = specs.into_iter().flatten();
    specs.map(|(key, value)| (key.clone(), text_of(value).into_owned())).collect()
}

const INDEX: &str = "os_compute_api:os-flavor-extra-specs:index";
