//! The exercise of chapter 4, solved: doors, which can be looked at and opened.

use nova_paste::{Application, Environ, Request, body};
use nova_router::{
    ApiError, ApiRequest, ApiVersionRequest, ApiVersions, Controller, ControllerBuilder,
    ProjectMapper, Resource, ResourceOptions, Router, method,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

const VERSIONS: ApiVersions =
    ApiVersions { min: ApiVersionRequest(2, 1), max: ApiVersionRequest(2, 25) };

// ANCHOR: solution
/// The doors that are open.
type Open = Mutex<BTreeSet<String>>;

fn doors() -> ControllerBuilder<Open> {
    Controller::builder("Doors", Arc::new(Open::default()))
        .action("show", method(show).expected_errors(&[404]))
        .wsgi_action("open", method(open).response(202).expected_errors(&[404, 409]))
}

async fn show(_: Arc<Open>, request: ApiRequest) -> Result<Value, ApiError> {
    match request.arg("id") {
        id @ ("front" | "back") => Ok(json!({ "door": id })),
        id => Err(ApiError::http(404, format!("Door {id} could not be found."))),
    }
}

async fn open(doors: Arc<Open>, request: ApiRequest) -> Result<(), ApiError> {
    let id = request.arg("id").to_owned();
    show(Arc::clone(&doors), request).await?;
    let mut open = doors.lock().unwrap_or_else(PoisonError::into_inner);
    if open.insert(id) { Ok(()) } else { Err(ApiError::http(409, "That door is open.")) }
}
// ANCHOR_END: solution

#[tokio::test]
async fn the_form_of_a_404_says_how_far_a_request_came() {
    let mut mapper = ProjectMapper::default();
    let resource = Arc::new(Resource::v21(doors().build(), VERSIONS));
    let options = ResourceOptions::default().member("action", "POST");
    mapper.resource("door", "doors", &resource, &options);
    let router = Router::new(mapper).unwrap();
    for (method, path, sent, status, content_type) in [
        ("GET", "/doors/front", "", 200, "application/json"),
        ("POST", "/doors/front/action", r#"{"open": null}"#, 202, "application/json"),
        ("POST", "/doors/front/action", r#"{"open": null}"#, 409, "application/json"),
        ("POST", "/doors/front/action", r#"{"shut": null}"#, 400, "application/json"),
        ("GET", "/doors/front/action", "", 404, "text/plain"),
        ("GET", "/doors/cellar", "", 404, "application/json"),
        ("GET", "/doors", "", 404, "application/json"),
    ] {
        let mut request = Request::new(body(sent));
        *request.method_mut() = method.parse().unwrap();
        Environ::of_mut(&mut request).path_info = path.into();
        let answer = router.call(request).await.unwrap();
        assert_eq!(answer.status(), status, "{method} {path} {sent}");
        let written = answer.headers()["content-type"].to_str().unwrap();
        assert!(written.starts_with(content_type), "{method} {path}: {written}");
    }
}
