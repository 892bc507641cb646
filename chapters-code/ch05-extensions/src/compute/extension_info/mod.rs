//! `/extensions` (`nova/api/openstack/compute/extension_info.py`).
//!
//! What clients read here is the list that v2 would have: some extensions of v2.1 were several in
//! v2, some had another alias, some were no extensions at all.

mod v2;

use crate::{
    LoadedExtensionInfo, Policy,
    extension::{ExtensionEntryPoint, ResourceExtension, V21ApiExtension, entry_point},
    policy::Target,
};
use nova_objects::RequestContext;
use nova_router::{ApiError, ApiRequest, Controller, Fault, method};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The extension `extensions`.
pub const ENTRY_POINT: ExtensionEntryPoint = entry_point(
    "extension_info",
    "nova.api.openstack.compute.extension_info:ExtensionInfo",
    |plugs| {
        let (extension_info, policy) = (plugs.get()?, plugs.get()?);
        let controller = ExtensionInfoController { extension_info, policy }.methods();
        let resource = ResourceExtension::new("extensions", controller).member("extension");
        Ok(V21ApiExtension::new("Extensions", "extensions", "Extension information.")
            .resource(resource))
    },
);

/// The controller behind it.
struct ExtensionInfoController {
    extension_info: LoadedExtensionInfo,
    policy: Policy,
}

/// The extensions that a client may know of, shown, by alias.
type Shown = BTreeMap<&'static str, Value>;

impl ExtensionInfoController {
    fn methods(self) -> Controller {
        let rule = "os_compute_api:extensions";
        Controller::builder("ExtensionInfoController", Arc::new(self))
            .action("index", method(Self::index).expected_errors(&[]).policy(rule))
            .action("show", method(Self::show).expected_errors(&[404]).policy(rule))
            .build()
    }

    async fn index(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let mut extensions = self.extensions(request.context()?);
        if request.environ.legacy_v2 {
            let (name, alias) = v2::VIF;
            extensions.insert(alias, translate(name, alias, ""));
        }
        Ok(json!({ "extensions": extensions.values().collect::<Vec<_>>() }))
    }

    async fn show(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        match self.extensions(request.context()?).get(request.arg("id")) {
            Some(extension) => Ok(json!({ "extension": extension })),
            None => Err(ApiError::Http(Fault::stock(404))),
        }
    }

    /// Those that may be discovered, under the names of v2 (`_get_extensions`).
    fn extensions(&self, context: &RequestContext) -> Shown {
        let mut shown = Shown::new();
        for extension in self.extension_info.get_extensions() {
            if !self.is_discoverable(context, extension.alias) {
                continue;
            }
            for (name, alias) in v2::implied(extension.alias) {
                shown.insert(alias, translate(name, alias, ""));
            }
            if let Some(alias) = v2::alias(extension.alias) {
                shown.insert(alias, translate(extension.name, alias, extension.description));
            }
        }
        shown
    }

    fn is_discoverable(&self, context: &RequestContext, alias: &str) -> bool {
        let rule = format!("os_compute_api:{alias}:discoverable");
        self.policy.check(context, &rule, &Target::of(context))
    }
}

/// An extension, shown. Its namespace was that of its XML, and its date is nobody's any more.
fn translate(name: &str, alias: &str, description: &str) -> Value {
    json!({
        "name": name,
        "alias": alias,
        "description": description,
        "namespace": "http://docs.openstack.org/compute/ext/fake_xml",
        "updated": "2014-12-03T00:00:00Z",
        "links": [],
    })
}
