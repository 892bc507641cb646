//! Which controller and method? `cargo ch04` prints a table of routes, then where the table
//! leads some requests.

use nova_router::{
    ApiError, ApiRequest, Controller, Mapper, MapperError, ProjectMapper, Resource,
    ResourceOptions, Route, method,
};
use std::sync::Arc;

const REQUESTS: [(&str, &str); 8] = [
    ("GET", "/6f70656e/servers"),
    ("GET", "/demo/servers"),
    ("PUT", "/servers/detail"),
    ("GET", "/servers/a.b.json"),
    ("GET", "/servers/new"),
    ("POST", "/servers/42/action"),
    ("GET", "/servers/42/action"),
    ("GET", "/servers/"),
];

async fn nothing(_state: Arc<()>, _request: ApiRequest) -> Result<(), ApiError> {
    Ok(())
}

fn resource(name: &str, actions: &[&'static str]) -> Arc<Resource> {
    let controller = Controller::builder(name, Arc::new(()));
    let listed = actions.iter().fold(controller, |c, action| c.action(action, method(nothing)));
    Arc::new(Resource::new(listed.wsgi_action("os-start", method(nothing)).build()))
}

/// `Servers.show`, with a dagger if the controller has no such method.
fn destination(route: &Route) -> String {
    let (controller, action) = (route.controller(), route.action_name());
    let dagger = if route.location().is_none() { " †" } else { "" };
    format!("{}.{}{dagger}", controller.unwrap_or_default(), action.unwrap_or_default())
}

fn main() -> Result<(), MapperError> {
    let mut mapper = ProjectMapper::default();
    let servers = resource("Servers", &["index", "detail", "show", "create", "update", "delete"]);
    let options = ResourceOptions::default().collection("detail", "GET").member("action", "POST");
    mapper.resource("server", "servers", &servers, &options);
    let flavors = resource("Flavors", &["index", "show"]);
    mapper.resource("flavor", "flavors", &flavors, &ResourceOptions::default());
    let map = Mapper::from(mapper).create_regs()?;

    println!("{} routes. Not shown: the same with a project, or a format.\n", map.routes().count());
    for route in map.routes().filter(|route| !route.path().contains(['{', '.'])) {
        let methods = route.allowed_methods().unwrap_or_default().join("|");
        println!("{methods:6} {:22} {}", route.template(), destination(route));
    }
    println!("\n† routed, but the controller has no such method: a 404 as well\n");
    for (method, path) in REQUESTS {
        let found = map.routematch(method, path);
        let args = found.as_ref().map(|found| format!("{:?}", found.args)).unwrap_or_default();
        let answer = found.map_or("404".to_owned(), |found| destination(&found.route));
        println!("{}", format!("{method:6} {path:22} {answer:16} {args}").trim_end());
    }
    Ok(())
}
