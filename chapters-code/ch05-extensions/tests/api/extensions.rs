//! Which extensions there are.

use crate::{
    house::{House, image, plugs},
    sockets::Sockets,
};
use nova_extensions::{
    ApiRouterV21, EXTENSIONS, ExtensionEntryPoint, ExtensionError, Extensions, OsapiV21, Policy,
    ResourceExtension, V21ApiExtension, entry_point,
};
use nova_objects::{MemoryStore, Plugs, Store, VmState};
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
    let plugs = plugs(&store(), &Arc::new(Sockets::new(Vec::new())));
    ApiRouterV21::new(&plugs.plug(Extensions(extensions.to_vec())))
}

fn problem(extensions: &[ExtensionEntryPoint]) -> String {
    load(extensions).err().unwrap().to_string()
}

fn store() -> Arc<dyn Store> {
    Arc::new(MemoryStore::default())
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

#[tokio::test]
async fn the_walkthroughs_own_additions_are_a_package_of_their_own() {
    let extensions = Extensions([EXTENSIONS, servers_info::EXTENSIONS].concat());
    let house = House::with(vec![image("x")], |plugs| plugs.plug(extensions.clone())).await;
    let server = house.server("web", |_| ()).await;
    house.server("off", |instance| instance.vm_state = VmState::Stopped).await;
    house.server("other", |instance| instance.project_id = "bad".into()).await;
    let disk = house.get("alice", &format!("/v2.1/servers/{}/disk", server.uuid)).await;
    assert_eq!(disk.body, json!({ "disk": { "root_gb": 1, "ephemeral_gb": 0, "swap_mb": 0 } }));
    let info = house.get("alice", "/v2.1/os-get_servers_info").await;
    assert_eq!(info.body, json!({ "servers_info": { "active": 1, "stopped": 1 } }));
    assert_eq!(
        house.get("alice:bad", "/v2.1/os-get_servers_info").await.body["servers_info"]["active"],
        1
    );
    let strange = house.get("alice:bad", &format!("/v2.1/servers/{}/disk", server.uuid)).await;
    assert_eq!(strange.fault().0, 404);
}

#[test]
fn an_extension_that_is_not_wanted_is_not_there() {
    let load = |options: OsapiV21| {
        let plugs = plugs(&store(), &Arc::new(Sockets::new(Vec::new())));
        ApiRouterV21::new(&plugs.plug(options))
    };
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
    let extensions_blacklist = names(&["os-extended-status"]);
    let fewer = load(OsapiV21 { extensions_blacklist, ..OsapiV21::default() }).unwrap();
    assert_eq!(
        fewer.extensions().count() + 1,
        load(OsapiV21::default()).unwrap().extensions().count()
    );

    let extensions_whitelist = names(&["servers", "flavors"]);
    let few = load(OsapiV21 { extensions_whitelist, ..OsapiV21::default() }).err().unwrap();
    assert!(few.to_string().contains("missing: "), "{few}");

    let extensions_blacklist = names(&["os-extended-statu"]);
    let unknown = load(OsapiV21 { extensions_blacklist, ..OsapiV21::default() }).err().unwrap();
    let start = "[osapi_v21] extensions_blacklist: no extension is called os-extended-statu; ";
    assert!(unknown.to_string().starts_with(start), "{unknown}");
}

#[test]
fn a_method_that_anybody_could_call_is_refused() {
    let careless = entry_point("careless", "careless:Careless", |_| {
        let controller = Controller::builder("CarelessController", Arc::new(()));
        let controller = controller.action("index", method(index)).build();
        Ok(V21ApiExtension::new("Careless", "os-careless", "Asks nobody.")
            .resource(ResourceExtension::new("os-careless", controller)))
    });
    let problem = problem(&[EXTENSIONS, &[careless]].concat());
    assert_eq!(problem, "CarelessController.index names no policy: who may call it?");
}

#[tokio::test]
async fn a_resource_may_be_another_under_a_name_of_its_own() {
    let mirror = entry_point("mirror", "mirror:Mirror", |_| {
        let resource = ResourceExtension::inheriting("os-mirror", "servers").member("server");
        Ok(V21ApiExtension::new("Mirror", "os-mirror", "Servers again.").resource(resource))
    });
    let first = Extensions([&[mirror], EXTENSIONS].concat());
    let house = House::with(vec![image("x")], |plugs| plugs.plug(first.clone())).await;
    let server = house.server("web", |_| ()).await;
    let [own, mirrored] =
        ["servers", "os-mirror"].map(|name| format!("/v2.1/{name}/{}", server.uuid));
    let (own, mirrored) = (house.get("alice", &own).await, house.get("alice", &mirrored).await);
    assert_eq!(own.body, mirrored.body, "with all that extensions add");

    let orphan = entry_point("orphan", "orphan:Orphan", |_| {
        let resource = ResourceExtension::inheriting("os-orphan", "os-nothing");
        Ok(V21ApiExtension::new("Orphan", "os-orphan", "Of nobody.").resource(resource))
    });
    let problem = problem(&[EXTENSIONS, &[orphan]].concat());
    assert!(problem.contains("os-orphan") && problem.contains("os-nothing"), "{problem}");
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
    let no_store = nothing.plug(Extensions(EXTENSIONS.to_vec())).plug(Policy::default());
    let missing = problem(&no_store);
    assert!(missing.starts_with("nothing is plugged in for") && missing.contains("Store"));
}
