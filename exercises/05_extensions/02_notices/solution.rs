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

// SOLUTION
/// What belongs into the policy file of who installs this.
pub const POLICY: &[(&str, &str)] =
    &[(INDEX, "@"), (CREATE, "rule:admin_api"), (DELETE, "rule:admin_api")];

/// What the body of a POST may say, as JSON schema.
fn text_of_a_notice() -> Value {
    let text = json!({ "type": "string", "minLength": 1, "maxLength": 255 });
    object(json!({ "notice": object(json!({ "text": text }), &["text"]) }), &["notice"])
}
// STARTER
// /// What belongs into the policy file of who installs this. (`@` lets everybody pass.)
// pub const POLICY: &[(&str, &str)] = &[];
//
// /// What the body of a POST may say, as JSON schema. So far: anything.
// fn text_of_a_notice() -> Value {
//     json!({})
// }
// END

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

    // SOLUTION
    async fn index(self: Arc<Self>, _: ApiRequest) -> Result<Value, ApiError> {
        let shown = self.notices();
        let shown = shown.by_id.iter().map(|(id, text)| json!({ "id": id, "text": text }));
        Ok(json!({ "notices": shown.collect::<Vec<_>>() }))
    }

    // ANCHOR: solution
    fn methods(self) -> Result<Controller, ExtensionError> {
        let create = method(Self::create).policy(CREATE).response(201).expected_errors(&[400]);
        let delete = method(Self::delete).policy(DELETE).response(204).expected_errors(&[404]);
        Ok(Controller::builder("NoticesController", Arc::new(self))
            .action("index", method(Self::index).policy(INDEX).expected_errors(&[]))
            .action("create", create.schema(Validation::new(&text_of_a_notice())?))
            .action("delete", delete)
            .build())
    }

    async fn create(self: Arc<Self>, request: ApiRequest) -> Result<Value, ApiError> {
        let text = request.body.as_ref().and_then(|body| body["notice"]["text"].as_str());
        let text = text.unwrap_or_default().to_owned();
        let mut notices = self.notices();
        notices.last += 1;
        let id = notices.last;
        notices.by_id.insert(id, text.clone());
        Ok(json!({ "notice": { "id": id, "text": text } }))
    }

    async fn delete(self: Arc<Self>, request: ApiRequest) -> Result<(), ApiError> {
        let id = request.arg("id");
        let removed = id.parse().ok().and_then(|id| self.notices().by_id.remove(&id));
        removed.map(drop).ok_or_else(|| ApiError::http(404, format!("There is no notice {id}.")))
    }
    // ANCHOR_END: solution
    // STARTER
    // fn methods(self) -> Result<Controller, ExtensionError> {
    //     // `create` and `delete` are missing: each with its policy, its response and its errors.
    //     Ok(Controller::builder("NoticesController", Arc::new(self))
    //         .action("index", method(Self::index).policy(INDEX).expected_errors(&[]))
    //         .build())
    // }
    //
    // async fn index(self: Arc<Self>, _: ApiRequest) -> Result<Value, ApiError> {
    //     Ok(json!({ "notices": [] }))
    // }
    // END
}
