//! Which extensions there are.

use crate::{
    house::{House, image, plugs},
    sockets::Sockets,
};
use nova_extensions::{
    ApiRouterV21, EXTENSIONS, ExtensionEntryPoint, ExtensionError, Extensions, ResourceExtension,
    V21ApiExtension, entry_point,
};
use nova_objects::{MemoryStore, Plugs};
use nova_router::{ApiError, ApiRequest, Controller, method};
use serde_json::{Value, json};
use std::sync::Arc;

/// An extension of somebody else's.
const WEATHER: ExtensionEntryPoint = entry_point("weather", "weather:Weather", |_| {
    let controller = Controller::builder("WeatherController", Arc::new(()))
        .action("index", method(index).policy("weather:index"))
        .build();
    Ok(V21ApiExtension::new("Weather", "os-weather", "Looks out of the window.")
        .resource(ResourceExtension::new("os-weather", controller)))
});

async fn index(_: Arc<()>, _: ApiRequest) -> Result<Value, ApiError> {
    Ok(json!({ "weather": "cloudy" }))
}

fn load(extensions: &[ExtensionEntryPoint]) -> Result<ApiRouterV21, ExtensionError> {
    let plugs = plugs(&Arc::new(MemoryStore::default()), &Arc::new(Sockets::new(Vec::new())));
    ApiRouterV21::new(&plugs.plug(Extensions(extensions.to_vec())))
}

fn problem(extensions: &[ExtensionEntryPoint]) -> String {
    load(extensions).err().unwrap().to_string()
}

#[test]
fn what_is_installed_is_loaded_and_has_routes() {
    let router = load(EXTENSIONS).unwrap();
    let loaded: Vec<_> = router.extensions().filter_map(|e| e.obj.as_ref()).collect();
    let servers = loaded.iter().find(|extension| extension.alias == "servers").unwrap();
    assert_eq!((servers.name, servers.version), ("Servers", 1));
    for template in ["/servers/{id}/action", "/flavors/detail", "/"] {
        assert!(router.routes().any(|route| route.template() == template), "{template}");
    }
}

#[tokio::test]
async fn an_extension_is_one_more_line_in_the_list() {
    let extensions = Extensions([EXTENSIONS, &[WEATHER]].concat());
    let house = House::with(vec![image("x")], |plugs| plugs.plug(extensions.clone())).await;
    let answer = house.get("alice", "/v2.1/os-weather").await;
    assert_eq!(answer.body, json!({ "weather": "cloudy" }));
    assert_eq!(House::new().await.get("alice", "/v2.1/os-weather").await.status, 404);
}

#[test]
fn an_api_without_its_core_is_none() {
    let without = |name: &str| {
        let fewer = EXTENSIONS.iter().filter(|extension| extension.name != name);
        problem(&fewer.copied().collect::<Vec<_>>())
    };
    assert_eq!(without("servers"), "Core API extensions are missing: servers");
    assert!(problem(&[]).starts_with("Core API extensions are missing: "), "{}", problem(&[]));
}

#[test]
fn of_two_with_one_alias_both_places_are_named() {
    let twice = [EXTENSIONS, &[WEATHER, WEATHER]].concat();
    let place = format!("weather:Weather ({}:{})", file!(), WEATHER.location.line());
    assert_eq!(
        problem(&twice),
        format!("Found duplicate extension: os-weather, offered by {place} and by {place}")
    );
}

#[test]
fn what_belongs_to_another_namespace_is_passed_over() {
    let elsewhere = ExtensionEntryPoint { namespace: "nova.scheduler.filters", ..WEATHER };
    let router = load(&[EXTENSIONS, &[elsewhere]].concat()).unwrap();
    assert_eq!(router.extensions().count(), load(EXTENSIONS).unwrap().extensions().count());
}

#[test]
fn what_is_not_plugged_in_is_named() {
    let problem = |plugs: &Plugs| ApiRouterV21::new(plugs).err().unwrap().to_string();
    let nothing = Plugs::default();
    assert!(problem(&nothing).ends_with("Extensions"), "{}", problem(&nothing));
    let no_store = nothing.plug(Extensions(EXTENSIONS.to_vec()));
    let missing = problem(&no_store);
    assert!(missing.starts_with("nothing is plugged in for") && missing.contains("Store"));
}
