//! Where a table of routes leads a request.

use http::{Method, StatusCode, header};
use http_body_util::BodyExt;
use nova_paste::{Application, Environ, Request, Response, body};
use nova_router::{
    ApiError, ApiRequest, Controller, Mapper, MapperError, ProjectMapper, Redirect, Resource,
    ResourceOptions, Route, RouteMap, Router, method,
};
use serde_json::{Value, json};
use std::{error::Error, sync::Arc};

type Failure = Box<dyn Error + Send + Sync>;

/// A resource that answers which action was called, with which arguments.
fn resource(name: &str) -> Arc<Resource> {
    async fn told(action: &'static str, request: ApiRequest) -> Result<Value, ApiError> {
        Ok(json!({ "action": action, "args": request.args }))
    }
    let controller = Controller::builder(name, Arc::new(()))
        .action("index", method(async |_, request| told("index", request).await))
        .action("show", method(async |_, request| told("show", request).await))
        .action("update", method(async |_, request| told("update", request).await))
        .action("delete", method(async |_, request| told("delete", request).await));
    Arc::new(Resource::new(controller.build()))
}

fn servers() -> Result<RouteMap, MapperError> {
    let mut mapper = ProjectMapper::default();
    let options = ResourceOptions::default().collection("detail", "GET").member("action", "POST");
    mapper.resource("server", "servers", &resource("servers"), &options);
    let options = ResourceOptions::default().parent("server", "servers");
    mapper.resource("ip", "ips", &resource("ips"), &options);
    Mapper::from(mapper).create_regs()
}

/// `action name=value`, or `404`.
fn found(map: &RouteMap, method: &str, path: &str) -> String {
    let Some(found) = map.routematch(method, path) else { return "404".into() };
    let mut text = format!("{}.", found.route.controller().unwrap_or("elsewhere"));
    text.push_str(found.args.get("action").map_or("", String::as_str));
    for (name, value) in found.args.iter().filter(|(name, _)| *name != "action") {
        text.push_str(&format!(" {name}={value}"));
    }
    text
}

#[test]
fn a_resource_is_reached_with_and_without_a_project() {
    let map = servers().unwrap();
    for (method, path, answer) in [
        ("GET", "/servers", "servers.index"),
        ("GET", "/deadbeef/servers", "servers.index project_id=deadbeef"),
        ("GET", "/ABC/servers", "404"),
        ("GET", "/admin/servers", "404"),
        ("GET", "/servers/detail", "servers.detail"),
        ("PUT", "/servers/detail", "servers.update id=detail"),
        ("GET", "/servers/new", "servers.new"),
        ("GET", "/servers/1/edit", "servers.edit id=1"),
        ("POST", "/f00/servers/1/action", "servers.action id=1 project_id=f00"),
        ("GET", "/servers/1/action", "404"),
        ("GET", "/servers/1/ips/2", "ips.show id=2 server_id=1"),
        ("GET", "/f00/servers/1/ips", "ips.index project_id=f00 server_id=1"),
    ] {
        assert_eq!(found(&map, method, path), answer, "{method} {path}");
    }
}

#[test]
fn only_json_and_xml_are_formats() {
    let map = servers().unwrap();
    for (path, answer) in [
        ("/servers.json", "servers.index format=json"),
        ("/servers.xml", "servers.index format=xml"),
        ("/servers.txt", "404"),
        ("/servers/a.b.json", "servers.show format=json id=a.b"),
        ("/servers/a.txt", "servers.show id=a.txt"),
        ("/servers/.json", "servers.show id=.json"),
    ] {
        assert_eq!(found(&map, "GET", path), answer, "{path}");
    }
}

#[test]
fn what_is_almost_a_route_is_none() {
    let map = servers().unwrap();
    let paths =
        ["", "/", "servers", "//servers", "/servers/", "/servers/1/", "/Servers", "/servers/\\"];
    let hostile = ["/servers/1//action", "/{_}", "/{*rest}", "/servers/\\", "/*", "/\u{0}"];
    for path in paths.iter().chain(&hostile) {
        assert_eq!(found(&map, "GET", path), "404", "{path:?}");
    }
    for method in ["HEAD", "PATCH", "OPTIONS", "get", "", "PO"] {
        assert_eq!(found(&map, method, "/servers"), "404", "{method:?}");
    }
    assert_eq!(found(&map, "GET", "/servers/{id}"), "servers.show id={id}");
    assert_eq!(found(&map, "GET", "/servers/\u{2603}"), "servers.show id=\u{2603}");
}

#[test]
fn the_first_route_that_fits_wins_whatever_the_index_prefers() {
    let (first, second) = (resource("first"), resource("second"));
    let mut mapper = Mapper::default();
    mapper.connect(Route::new("/x/{id}", &first).action("show"));
    mapper.connect(Route::new("/x/static", &second).action("show"));
    mapper.connect(Route::new("/{a}/{b}", &first).action("both"));
    mapper.connect(Route::new("/z/{b}", &second).action("never"));
    mapper.connect(Route::new("/d/{id:[0-9]+}", &second).action("shadowed"));
    mapper.connect(Route::new("/one/two/{c}", &second).action("three"));
    mapper.connect(Route::new("/one/{b}/three", &first).action("three"));
    mapper.connect(Route::new("/all/*rest", &second).action("rest"));
    let map = mapper.create_regs().unwrap();
    for (path, answer) in [
        ("/x/static", "first.show id=static"),
        ("/z/1", "first.both a=z b=1"),
        ("/d/1", "first.both a=d b=1"),
        ("/one/two/three", "second.three c=three"),
        ("/one/2/three", "first.three b=2"),
        ("/all/of/this", "second.rest rest=of/this"),
        ("/all/of", "first.both a=all b=of"),
    ] {
        assert_eq!(found(&map, "GET", path), answer, "{path}");
    }
}

#[test]
fn a_requirement_that_is_no_regular_expression_names_its_route() {
    let mut mapper = ProjectMapper::new("[0-9");
    mapper.resource("server", "servers", &resource("servers"), &ResourceOptions::default());
    let error = Router::new(mapper).err().unwrap();
    assert!(
        matches!(&error, MapperError::Requirement { path, .. } if path.contains("{project_id:[0-9}/servers"))
    );
    assert!(error.to_string().starts_with("route /{project_id:[0-9}/servers.:(format): "));
}

#[test]
fn a_resource_stands_below_its_parent_or_a_prefix() {
    let disks = resource("disks");
    let below = |options: &ResourceOptions| {
        let mut mapper = Mapper::default();
        mapper.resource("disk", "disks", &disks, options);
        let route = mapper.routes().last().unwrap();
        format!("{} {}", route.name().unwrap(), route.path())
    };
    let options = ResourceOptions::default();
    assert_eq!(below(&options), "disk /disks/:(id)");
    let prefixed = options.path_prefix("/racks/{rack}/").name_prefix("rack_");
    assert_eq!(below(&prefixed), "rack_disk /racks/{rack}/disks/:(id)");
    let parent = prefixed.parent("server", "servers");
    assert_eq!(below(&parent), "rack_disk /servers/:server_id/disks/:(id)");
    assert_eq!(below(&parent.name_prefix("")), "disk /servers/:server_id/disks/:(id)");
}

#[test]
fn below_a_project_there_is_no_prefix() {
    let mut mapper = ProjectMapper::new("demo|admin");
    let options = ResourceOptions::default().path_prefix("/racks/{rack}");
    mapper.resource("disk", "disks", &resource("disks"), &options);
    let map = Mapper::from(mapper).create_regs().unwrap();
    for (path, answer) in [
        ("/admin/disks", "disks.index project_id=admin"),
        ("/administrator/disks", "404"),
        ("/disks", "disks.index"),
        ("/racks/1/disks", "404"),
    ] {
        assert_eq!(found(&map, "GET", path), answer, "{path}");
    }
}

#[test]
fn a_variable_takes_what_its_requirement_lets_it_take() {
    for (path, requested, answer) in [
        ("/{x:[^b]+}", "/a/c", "things.show x=a/c"),
        ("/{x:[!-~]+}/end", "/a/c/end", "things.show x=a/c"),
        (r"/{x:\S+}", "/a/c", "things.show x=a/c"),
        ("/{x:a/c|d}", "/a/c", "things.show x=a/c"),
        ("/{x:[^/b]+}", "/a/c", "404"),
        ("/{x:[0-9a-f-]+}", "/a/c", "404"),
        ("/{x:a?}/end", "//end", "things.show x="),
    ] {
        let mut mapper = Mapper::default();
        mapper.connect(Route::new(path, &resource("things")).action("show"));
        let map = mapper.create_regs().unwrap();
        assert_eq!(found(&map, "GET", requested), answer, "{path}");
    }
}

#[test]
fn a_default_stands_for_a_variable_that_takes_nothing() {
    let mut mapper = Mapper::default();
    let route = Route::new("/x/{rest:.*}", &resource("x")).action("show").default("rest", "all");
    mapper.connect(route);
    let map = mapper.create_regs().unwrap();
    assert_eq!(found(&map, "GET", "/x/"), "x.show rest=all");
    assert_eq!(found(&map, "GET", "/x/y/z"), "x.show rest=y/z");
}

fn request(method: &Method, path: &str, query: &str) -> Request {
    let mut request = Request::new(body(""));
    *request.method_mut() = method.clone();
    *Environ::of_mut(&mut request) = Environ {
        url_scheme: "http".into(),
        host: "nova:8774".into(),
        script_name: "/v2.1".into(),
        path_info: path.into(),
        query_string: query.into(),
        ..Environ::default()
    };
    request
}

fn router() -> Result<Router, MapperError> {
    let mut mapper = ProjectMapper::default();
    mapper.resource("server", "servers", &resource("servers"), &ResourceOptions::default());
    mapper.redirect("", "/");
    Router::new(mapper)
}

async fn text(response: Response) -> Result<String, Failure> {
    Ok(String::from_utf8(response.into_body().collect().await?.to_bytes().to_vec())?)
}

#[tokio::test]
async fn what_no_route_fits_is_webobs_own_404() {
    for (method, path) in
        [(Method::GET, "/nope"), (Method::POST, "/servers/1"), (Method::GET, "/servers/")]
    {
        let response = router().unwrap().call(request(&method, path, "")).await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; charset=UTF-8");
        let plain = "404 Not Found\n\nThe resource could not be found.\n\n   ";
        assert_eq!(text(response).await.unwrap(), plain, "{method} {path}");
    }
}

#[tokio::test]
async fn the_api_without_its_slash_redirects() {
    let response = router().unwrap().call(request(&Method::GET, "", "")).await.unwrap();
    assert_eq!(response.status(), StatusCode::FOUND);
    assert_eq!(response.headers()[header::LOCATION], "http://nova:8774/v2.1/");
    assert_eq!(text(response).await.unwrap(), "");
}

#[tokio::test]
async fn a_redirect_takes_the_variables_along() {
    for (path, destination, requested, location) in [
        ("/old/{id}", "/new/{id}", "/old/a b", "http://nova:8774/v2.1/new/a%20b"),
        ("/old/{rest:.*}", "/{rest}/new", "/old/a/b", "http://nova:8774/v2.1/a/b/new"),
        (
            "/old/{id}{.format}",
            "/new/{id}{.format}",
            "/old/1.xml",
            "http://nova:8774/v2.1/new/1.xml",
        ),
        ("/old/{id}{.format}", "/new/{id}{.format}", "/old/1", "http://nova:8774/v2.1/new/1"),
        ("/old/{a}/{b}", "/new", "/old/1/2 &3", "http://nova:8774/v2.1/new?a=1&b=2+%263"),
        ("/old", "new", "/old", "http://nova:8774/v2.1/new"),
        ("/old/{id}", "https://new:443/*{id}?x=:y", "/old/1", "https://new:443/*1?x=:y"),
    ] {
        let mut mapper = Mapper::default();
        mapper.redirect(path, Redirect::to(destination).status(StatusCode::SEE_OTHER));
        let router = Router::new(mapper).unwrap();
        let response = router.call(request(&Method::GET, requested, "lost=1")).await.unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[header::LOCATION], location, "{path}");
    }
}

#[test]
fn a_redirect_to_a_variable_that_is_not_there_names_its_route() {
    let mut mapper = Mapper::default();
    mapper.redirect("/old/{id}", "/new/{name}");
    let error = Router::new(mapper).err().unwrap();
    let message = "route /old/{id}: its destination holds {name}, which is no variable of it";
    assert_eq!(error.to_string(), message);
}

#[tokio::test]
async fn a_parameter_or_a_form_may_choose_the_method() {
    for (method, query, answer) in [
        (Method::GET, "", "show"),
        (Method::GET, "_method=delete", "delete"),
        (Method::POST, "a=b&_method=DELETE", "delete"),
        (Method::GET, "_method=PUT&_method=DELETE", "delete"),
    ] {
        let response = router().unwrap().call(request(&method, "/servers/1", query)).await.unwrap();
        assert!(text(response).await.unwrap().contains(answer), "{method} ?{query}");
    }
    let mut form = request(&Method::POST, "/servers/1", "").map(|_| body("a=b&_method=PUT"));
    let content_type = "application/x-www-form-urlencoded; charset=utf-8".parse().unwrap();
    form.headers_mut().insert(header::CONTENT_TYPE, content_type);
    let (form, found) = router().unwrap().route(form).await.unwrap();
    assert_eq!(found.unwrap().args["action"], "update");
    assert_eq!(form.method(), Method::POST, "the method itself stays");
    let bytes = form.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(bytes, "a=b&_method=PUT", "and so does the body");
}

#[tokio::test]
async fn a_path_is_text_once_its_bytes_are_put_together() {
    let response = router()
        .unwrap()
        .call(request(&Method::GET, "/servers/caf\u{c3}\u{a9}", ""))
        .await
        .unwrap();
    let answer = r#"{"action": "show", "args": {"id": "caf\u00e9"}}"#;
    assert_eq!(text(response).await.unwrap(), answer);
}
