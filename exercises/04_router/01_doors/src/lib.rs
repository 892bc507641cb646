//! A house with two doors, which can be looked at and opened.

use nova_paste::{App, EntryPoint, Factory, GlobalConf, Loader, LocalConf, PasteError};
use nova_router::{
    ApiError, ApiRequest, ApiVersionRequest, ApiVersions, Controller, ControllerBuilder,
    MapperError, ProjectMapper, Resource, ResourceOptions, Router, method,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// What this package offers to a paste file.
pub const ENTRY_POINTS: &[EntryPoint<Factory>] =
    &[EntryPoint::app("workshop.doors:Doors.factory", factory)];

/// The versions that the house speaks.
const VERSIONS: ApiVersions =
    ApiVersions { min: ApiVersionRequest(2, 1), max: ApiVersionRequest(2, 25) };

/// The house.
#[derive(Default)]
pub struct House {
    /// The doors that are open.
    open: Mutex<BTreeSet<String>>,
    /// How often somebody has turned a handle.
    pub turns: AtomicUsize,
}

impl House {
    /// Turns the handle of a door. Meanwhile others come to it.
    pub async fn turn(&self) {
        self.turns.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
    }
}

fn factory(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<App, PasteError> {
    let router = router(Arc::default());
    Ok(Arc::new(router.map_err(|error| PasteError::value_error(error.to_string()))?))
}

/// The app: one resource, and its routes.
///
/// # Errors
///
/// The routes are none.
pub fn router(house: Arc<House>) -> Result<Router, MapperError> {
    let controller = doors(Controller::builder("Doors", house)).build();
    let resource = Arc::new(Resource::v21(controller, VERSIONS));
    let mut mapper = ProjectMapper::default();
    let options = ResourceOptions::default().member("action", "POST");
    mapper.resource("door", "doors", &resource, &options);
    Router::new(mapper)
}

/// Lists what can be done with a door, each with the errors that it may answer.
fn doors(controller: ControllerBuilder<House>) -> ControllerBuilder<House> {
    // Two are missing: `action("show", ...)`, and `wsgi_action("open", ...)`.
    controller
}

async fn show(_: Arc<House>, _request: ApiRequest) -> Result<Value, ApiError> {
    Err(ApiError::http(404, "There is no door yet."))
}

async fn open(_house: Arc<House>, _request: ApiRequest) -> Result<(), ApiError> {
    Err(ApiError::http(404, "There is no door yet."))
}
