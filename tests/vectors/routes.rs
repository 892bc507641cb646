//! `routes`, `routes_nova` and `routes_nova_expanded`: tables of routes, and where each leads a
//! request.

use crate::wsgi::{block_on, text};
use nova_paste::{Application, Environ, Request, body};
use nova_router::{
    Controller, ID_REGEX, Mapper, Match, ProjectMapper, Redirect, Resource, ResourceOptions, Route,
    Router,
};
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{Arc, LazyLock, Mutex},
};

/// Runs one case: is the request led where Routes leads it?
pub(crate) fn run(set: &Value, case: &Value) -> Result<(), String> {
    let table = text(case, "table", "");
    let router = router(&set["tables"][table], &[text(set, "set", ""), table].join("/"))?;
    let got = answer(&router, &case["request"]);
    let expected = [Some(&case["expect"]), case.get("expect_py3")];
    if expected.into_iter().flatten().any(|expect| fits(expect, &got)) {
        return Ok(());
    }
    Err(format!("expected {}, got {got}", case["expect"]))
}

/// Runs one case of `routes_nova_expanded`: is this one of the routes that Nova's table gives?
pub(crate) fn run_expanded(_set: &Value, case: &Value) -> Result<(), String> {
    static NOVA: LazyLock<Value> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/routes_nova.json");
        let set = fs::read(path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        set.unwrap_or_default()
    });
    let router = router(&NOVA["tables"]["nova-v21"], "routes_nova/nova-v21")?;
    let row = sorted(case);
    let mut routes = router.map().routes().filter(|route| case["path"] == route.path());
    let found = routes.any(|route| sorted(&columns(route)) == row);
    if found { Ok(()) } else { Err(format!("no route {row}")) }
}

/// The router of a table, made once. The table has to give the routes that it gives in Routes.
fn router(table: &Value, name: &str) -> Result<Arc<Router>, String> {
    static ROUTERS: LazyLock<Mutex<HashMap<String, Arc<Router>>>> = LazyLock::new(Mutex::default);
    let mut routers = ROUTERS.lock().map_err(|error| error.to_string())?;
    if let Some(router) = routers.get(name) {
        return Ok(Arc::clone(router));
    }
    let router = Arc::new(build(table)?);
    if let Some(expanded) = table.get("expanded") {
        compare(&router, expanded)?;
    }
    routers.insert(name.to_owned(), Arc::clone(&router));
    Ok(router)
}

/// Within one resource, Python 2 has no order between different methods, so none is compared.
fn compare(router: &Router, expanded: &Value) -> Result<(), String> {
    let mut got: Vec<String> =
        router.map().routes().map(|route| sorted(&columns(route)).to_string()).collect();
    let want = expanded.as_array().into_iter().flatten();
    let mut want: Vec<String> = want.map(|row| sorted(row).to_string()).collect();
    got.sort();
    want.sort();
    if got == want { Ok(()) } else { Err(format!("expected the routes {want:?}, got {got:?}")) }
}

/// A mapper of either kind.
enum AnyMapper {
    Project(ProjectMapper),
    Plain(Mapper),
}

fn build(table: &Value) -> Result<Router, String> {
    let regex = table["project_id_regex"].as_str();
    let mut mapper = match text(table, "mapper", "") {
        "project" => AnyMapper::Project(regex.map_or_else(Default::default, ProjectMapper::new)),
        _ => AnyMapper::Plain(Mapper::default()),
    };
    let mut resources = Resources::new();
    for call in table["calls"].as_array().into_iter().flatten() {
        make_call(&mut mapper, &mut resources, call);
    }
    let mapper = match mapper {
        AnyMapper::Project(mapper) => mapper.into(),
        AnyMapper::Plain(mapper) => mapper,
    };
    Router::new(mapper).map_err(|error| error.to_string())
}

type Resources = HashMap<String, Arc<Resource>>;

fn make_call(mapper: &mut AnyMapper, resources: &mut Resources, call: &Value) {
    let kwargs = &call["kwargs"];
    let collection = text(call, "collection", "");
    let name = kwargs["controller"].as_str().unwrap_or_else(|| collection.trim_matches('/'));
    let resource = resources.entry(name.to_owned()).or_insert_with(|| {
        Arc::new(Resource::new(Controller::builder(name, Arc::new(())).build()))
    });
    match text(call, "op", "") {
        "resource" => {
            let options = options(kwargs);
            let member = text(call, "member", "");
            match mapper {
                AnyMapper::Project(m) => m.resource(member, collection, resource, &options),
                AnyMapper::Plain(m) => m.resource(member, collection, resource, &options),
            }
        }
        op => {
            let routes: &mut Mapper = match mapper {
                AnyMapper::Project(mapper) => mapper,
                AnyMapper::Plain(mapper) => mapper,
            };
            let args: Vec<&str> =
                call["args"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let listed = match (op, args.as_slice()) {
                ("redirect", [path, destination]) => {
                    Route::redirect(*path, redirect(destination, kwargs))
                }
                (_, [path]) => Route::new(*path, resource),
                (_, [name, path]) => Route::new(*path, resource).named(*name),
                _ => return,
            };
            routes.connect(route(listed, kwargs));
        }
    }
}

fn options(kwargs: &Value) -> ResourceOptions {
    let actions = |key: &str| kwargs[key].as_object().cloned().unwrap_or_default();
    let mut options = ResourceOptions::default();
    for (action, method) in actions("collection") {
        options = options.collection(action, method.as_str().unwrap_or_default());
    }
    for (action, method) in actions("member") {
        options = options.member(action, method.as_str().unwrap_or_default());
    }
    for (action, method) in actions("new") {
        options = options.new_action(action, method.as_str().unwrap_or_default());
    }
    if let Some(prefix) = kwargs["path_prefix"].as_str() {
        options = options.path_prefix(prefix);
    }
    if let Some(prefix) = kwargs["name_prefix"].as_str() {
        options = options.name_prefix(prefix);
    }
    let parent = &kwargs["parent_resource"];
    if parent.is_object() {
        options =
            options.parent(text(parent, "member_name", ""), text(parent, "collection_name", ""));
    }
    options
}

fn redirect(destination: &str, kwargs: &Value) -> Redirect {
    let code = kwargs["_redirect_code"].as_str().and_then(|code| code.get(..3)?.parse().ok());
    code.into_iter().fold(Redirect::to(destination), Redirect::status)
}

fn route(mut route: Route, kwargs: &Value) -> Route {
    for (name, value) in kwargs.as_object().into_iter().flatten() {
        route = match (name.as_str(), value) {
            ("controller" | "_redirect_code", _) | (_, Value::Null) => route,
            ("requirements", Value::Object(requirements)) => {
                requirements.iter().fold(route, |route, (name, regex)| {
                    route.requirement(name, regex.as_str().unwrap_or_default())
                })
            }
            ("conditions", conditions) => match &conditions["method"] {
                Value::Array(methods) => {
                    let methods = methods.iter().filter_map(Value::as_str).map(str::to_owned);
                    route.methods(methods)
                }
                Value::String(method) => route.method(method),
                _ => route,
            },
            (name, Value::String(value)) => route.default(name, value),
            (name, value) => route.default(name, value.to_string()),
        };
    }
    route
}

/// What becomes of `request`, in the words of the vectors.
fn answer(router: &Router, request: &Value) -> Value {
    let query = text(request, "query_string", "");
    // HTTP knows no empty method, but a WSGI environ may hold one, and a parameter may name it.
    let (method, query) = match text(request, "method", "") {
        "" => ("GET", format!("_method=&{query}")),
        method => (method, query.to_owned()),
    };
    let mut sent = Request::new(body(text(request, "body", "").to_owned()));
    *sent.method_mut() = method.parse().unwrap_or_default();
    if let Some(Ok(content_type)) = request["content_type"].as_str().map(str::parse) {
        sent.headers_mut().insert(http::header::CONTENT_TYPE, content_type);
    }
    sent.extensions_mut().insert(Environ {
        path_info: text(request, "path_info", "").to_owned(),
        query_string: query,
        ..Environ::default()
    });
    let answer = block_on(async {
        match router.route(sent).await {
            Ok((_, None)) => json!({"none": true}),
            Ok((request, Some(found))) if found.route.controller().is_none() => {
                redirected(router, request).await
            }
            Ok((request, Some(found))) => matched(&found, Environ::of(&request)),
            Err(raised) => json!({"error": raised.to_string()}),
        }
    });
    answer.unwrap_or_else(|error| json!({"error": error.to_string()}))
}

async fn redirected(router: &Router, request: Request) -> Value {
    match router.call(request).await {
        Ok(response) => {
            let location = response.headers().get(http::header::LOCATION);
            let location = location.and_then(|value| value.to_str().ok()).unwrap_or_default();
            // Our locations are whole URLs, as WebOb makes them; here scheme and host are empty.
            let location = location.strip_prefix("://").unwrap_or(location);
            json!({"redirect": {"status": response.status().to_string(), "location": location}})
        }
        Err(raised) => json!({"error": raised.to_string()}),
    }
}

fn matched(found: &Match, environ: &Environ) -> Value {
    let mut args = json!(found.args);
    args["controller"] = found.route.controller().into();
    let mut got = json!({"match": args, "route": found.route.path()});
    if found.args.contains_key("path_info") {
        got["script_name"] = environ.script_name.as_str().into();
        got["new_path_info"] = environ.path_info.as_str().into();
    }
    got
}

/// Is `got` what the vector expects? A variable without a value is there as null in Python and
/// not there at all in Rust; `route` is for people.
fn fits(expect: &Value, got: &Value) -> bool {
    let without_nulls = |value: &Value| -> Map<String, Value> {
        let pairs = value.as_object().into_iter().flatten().filter(|(_, v)| !v.is_null());
        pairs.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let same = |key: &str| expect.get(key) == got.get(key);
    without_nulls(&expect["match"]) == without_nulls(&got["match"])
        && elsewhere(&expect["redirect"]) == elsewhere(&got["redirect"])
        && ["none", "script_name", "new_path_info"].iter().all(|key| same(key))
}

/// The status of a redirect and its location, whose query has no order in Python 2.
fn elsewhere(redirect: &Value) -> (&str, &str, Vec<&str>) {
    let location = text(redirect, "location", "");
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.sort_unstable();
    (text(redirect, "status", ""), path, pairs)
}

/// A route as a row of `expanded`.
fn columns(route: &Route) -> Value {
    json!({
        "path": route.path(),
        "methods": route.allowed_methods(),
        "controller": route.controller(),
        "action": route.action_name(),
        "name": route.name(),
        "requirements": route.requirements(),
    })
}

/// A row in one way of writing: `"POST"` is a list of one, and what Routes says of ids with a
/// look-behind, we say without.
fn sorted(row: &Value) -> Value {
    let mut requirements = row["requirements"].clone();
    if requirements["id"] == r"[^\/]+(?<!\\)" {
        requirements["id"] = ID_REGEX.into();
    }
    let mut pairs: Vec<_> = requirements.as_object().into_iter().flatten().collect();
    pairs.sort_by_key(|(name, _)| *name);
    let methods = match &row["methods"] {
        Value::String(method) => json!([method]),
        methods => methods.clone(),
    };
    json!([row["path"], methods, row["controller"], row["action"], row["name"], pairs])
}
