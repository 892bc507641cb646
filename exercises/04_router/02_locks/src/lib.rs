//! The house with two doors, with locks for those who know them.

use nova_paste::{App, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError};
use nova_router::{
    ApiError, ApiRequest, ApiVersionRequest, ApiVersions, Controller, ControllerBuilder,
    MapperError, ProjectMapper, Resource, ResourceOptions, Router, method,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What this package offers to a paste file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] =
    &[EntryPoint::app("workshop.locks:Doors.factory", factory)];

/// The versions that the house speaks.
const VERSIONS: ApiVersions =
    ApiVersions { min: ApiVersionRequest(2, 1), max: ApiVersionRequest(2, 25) };

/// The first version that knows of locks.
const LOCKS: ApiVersionRequest = ApiVersionRequest(2, 10);

/// The doors, and the key of each.
const KEYS: [(&str, &str); 2] = [("front", "4711"), ("back", "0815")];

/// The house.
#[derive(Default)]
struct House {
    /// The doors that are open.
    open: Mutex<BTreeSet<&'static str>>,
}

impl House {
    fn open(&self) -> MutexGuard<'_, BTreeSet<&'static str>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a door, unless it is open.
    fn try_open(&self, door: &'static str) -> Result<(), ApiError> {
        let first = self.open().insert(door);
        if first { Ok(()) } else { Err(ApiError::http(409, "That door is open.")) }
    }
}

/// The door that the request is about, and its key.
fn door(request: &ApiRequest) -> Result<(&'static str, &'static str), ApiError> {
    let id = request.arg("id");
    let found = KEYS.into_iter().find(|(door, _)| *door == id);
    found.ok_or_else(|| ApiError::http(404, format!("Door {id} could not be found.")))
}

fn factory(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    let router = router().map_err(|error| PasteError::value_error(error.to_string()));
    Ok(Arc::new(router?))
}

/// The app: one resource, and its routes.
///
/// # Errors
///
/// The routes are none.
pub fn router() -> Result<Router, MapperError> {
    let controller = doors(Controller::builder("Doors", Arc::<House>::default())).build();
    let resource = Arc::new(Resource::v21(controller, VERSIONS));
    let mut mapper = ProjectMapper::default();
    let options = ResourceOptions::default().member("action", "POST");
    mapper.resource("door", "doors", &resource, &options);
    Router::new(mapper)
}

/// Before there were locks.
async fn open(house: Arc<House>, request: ApiRequest) -> Result<(), ApiError> {
    house.try_open(door(&request)?.0)
}

/// So far all versions are the first.
fn doors(controller: ControllerBuilder<House>) -> ControllerBuilder<House> {
    controller
        .action("show", method(show).expected_errors(&[404]))
        .wsgi_action("open", method(open).response(202).expected_errors(&[404, 409]))
}

async fn show(_house: Arc<House>, request: ApiRequest) -> Result<Value, ApiError> {
    let (door, _) = door(&request)?;
    Ok(json!({ "door": door }))
}
