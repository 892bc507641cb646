//! Notices: what the administrator has to say to everybody.

use nova_extensions::{
    ExtensionEntryPoint, ExtensionError, ResourceExtension, V21ApiExtension, entry_point,
    validation::{Validated, Validation, parameter_types::object},
};
use nova_router::{ApiError, ApiRequest, Controller, method};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What this package offers.
pub const EXTENSIONS: &[ExtensionEntryPoint] = &[NOTICES];

const NOTICES: ExtensionEntryPoint = entry_point("notices", "workshop.notices:Notices", |_plugs| {
    let controller = NoticesController::default().methods()?;
    Ok(V21ApiExtension::new("Notices", "os-notices", "What the administrator has to say.")
        .resource(ResourceExtension::new("os-notices", controller).member("notice")))
});

const INDEX: &str = "os_compute_api:os-notices:index";
const CREATE: &str = "os_compute_api:os-notices:create";
const DELETE: &str = "os_compute_api:os-notices:delete";

/// What belongs into the policy file of who installs this. (`@` lets everybody pass.)
pub const POLICY: &[(&str, &str)] = &[];

/// What the body of a POST may say, as JSON schema. So far: anything.
fn text_of_a_notice() -> Value {
    json!({})
}

/// The controller behind `/os-notices`.
#[derive(Default)]
struct NoticesController {
    notices: Mutex<Notices>,
}

/// The rows.
#[derive(Default)]
struct Notices {
    /// The id that was given last.
    last: u64,
    by_id: BTreeMap<u64, String>,
}

impl NoticesController {
    fn notices(&self) -> MutexGuard<'_, Notices> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn methods(self) -> Result<Controller, ExtensionError> {
        // `create` and `delete` are missing: each with its policy, its response and its errors.
        Ok(Controller::builder("NoticesController", Arc::new(self))
            .action("index", method(Self::index).policy(INDEX).expected_errors(&[]))
            .build())
    }

    async fn index(self: Arc<Self>, _: ApiRequest) -> Result<Value, ApiError> {
        Ok(json!({ "notices": [] }))
    }
}
