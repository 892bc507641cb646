//! How long it takes to find a route among all of Nova's, and how much of that is the walk down
//! the index: `cargo bench -p nova-router`.

use divan::{Bencher, black_box};
use nova_router::{Controller, Mapper, ProjectMapper, Resource, ResourceOptions, Route, RouteMap};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

/// The calls by which Nova 13.0.0 makes its table, as recorded for the conformance tests.
const NOVA: &str = include_str!("../../../tests/vectors/routes_nova.json");

/// What is asked for. The last two fit no route: one for its method, the other for its path.
const ASKED: [&str; 5] = [
    "GET /os-server-groups",
    "GET /PROJECT/servers/SERVER",
    "POST /servers/SERVER/action",
    "GET /servers/SERVER/action",
    "GET /nowhere",
];

/// The method and the path, with ids as they are in life.
fn spelled_out(asked: &str) -> (String, String) {
    let asked = asked.replace("PROJECT", "6f70656e737461636b");
    let asked = asked.replace("SERVER", "0f5d1d7a-3b0e-4d5c-9a51-0d9b1f1c9f3e");
    let (method, path) = asked.split_once(' ').unwrap_or(("GET", &asked));
    (method.to_owned(), path.to_owned())
}

fn main() {
    divan::main();
}

/// The whole: the route that fits, and what its variables stand for.
#[divan::bench(args = ASKED)]
fn route_map(bencher: Bencher<'_, '_>, asked: &str) {
    let map = nova();
    assert_eq!(map.routes().count(), 1_698);
    let (method, path) = spelled_out(asked);
    assert_eq!(map.routematch(&method, &path).is_some(), ASKED[..3].contains(&asked), "{asked}");
    bencher.bench(|| map.routematch(black_box(&method), black_box(&path)));
}

/// The floor: matchit with paths of the same shapes. It knows neither methods nor requirements,
/// nor which route came first.
#[divan::bench(args = ASKED)]
fn matchit_alone(bencher: Bencher<'_, '_>, asked: &str) {
    let mut index = matchit::Router::new();
    for shape in nova().routes().map(|route| shape(route)).collect::<BTreeSet<_>>() {
        index.insert(shape, ()).unwrap_or_else(|error| panic!("{error}"));
    }
    let (_, path) = spelled_out(asked);
    bencher.bench(|| index.at(black_box(&path)).is_ok());
}

/// What is paid once: from the calls to a map.
#[divan::bench]
fn create_regs(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(mapper).bench_values(Mapper::create_regs);
}

/// A path in matchit's language, with a gap for each segment that holds a variable.
fn shape(route: &Route) -> String {
    let gap = |segment| if str::contains(segment, ['{', ':']) { "{_}" } else { segment };
    route.path().split('/').map(gap).collect::<Vec<_>>().join("/")
}

fn nova() -> RouteMap {
    mapper().create_regs().unwrap_or_else(|error| panic!("{error}"))
}

/// Nova's table.
fn mapper() -> Mapper {
    let nova: Value = serde_json::from_str(NOVA).unwrap_or_default();
    let mut mapper = ProjectMapper::default();
    for call in nova["tables"]["nova-v21"]["calls"].as_array().into_iter().flatten() {
        let kwargs = &call["kwargs"];
        let controller = Controller::builder(text(&kwargs["controller"]), Arc::new(()));
        let resource = Arc::new(Resource::new(controller.build()));
        match (text(&call["op"]), words(&call["args"]).as_slice()) {
            ("connect", [.., path]) => {
                let route = Route::new(*path, &resource).action(text(&kwargs["action"]));
                let methods = words(&kwargs["conditions"]["method"]);
                mapper.connect(route.methods(methods.into_iter().map(str::to_owned)));
            }
            ("redirect", [path, elsewhere]) => mapper.redirect(path, *elsewhere),
            _ => {
                let (member, collection) = (text(&call["member"]), text(&call["collection"]));
                mapper.resource(member, collection, &resource, &options(kwargs));
            }
        }
    }
    mapper.into()
}

fn options(kwargs: &Value) -> ResourceOptions {
    let pairs = |key: &str| kwargs[key].as_object().into_iter().flatten();
    let mut options = ResourceOptions::default();
    for (action, method) in pairs("collection") {
        options = options.collection(action, text(method));
    }
    for (action, method) in pairs("member") {
        options = options.member(action, text(method));
    }
    match &kwargs["parent_resource"] {
        Value::Null => options,
        parent => options.parent(text(&parent["member_name"]), text(&parent["collection_name"])),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn words(values: &Value) -> Vec<&str> {
    values.as_array().into_iter().flatten().map(text).collect()
}
