//! From a file to an app that answers, and to the tree of what it is made of.

#[cfg(test)]
mod demo;

use demo::{answer, load, registry};
use nova_paste::{GlobalConf, NodeKind, PasteConfig, Problem};
use serde_json::json;

const API: &str = "\
[composite:main]
use = call:demo:map
/: hello
/v2: v2

[composite:v2]
use = call:demo:pipeline
names = outer inner hello

[filter:outer]
paste.filter_factory = demo:filter
name = o

[filter:inner]
use = egg:Demo
name = i

[app:hello]
paste.app_factory = demo:app
says = hello

[app:nobody_asks_for_it]
paste.app_factory = not.installed:app
";

#[tokio::test]
async fn the_first_filter_named_is_the_outermost() {
    assert_eq!(answer(&load(API).unwrap()).await, "o(i(hello))");
}

#[tokio::test]
async fn sections_can_be_combined_in_every_way() {
    const PARTS: &str = "[filter:f]\nuse = egg:Demo\nname = f\n\
                         [filter:g]\nuse = f\nname = g\n\
                         [app:a]\nuse = egg:Demo#app\nsays = a\n";
    let cases = [
        ("[pipeline:main]\npipeline = f g a", "f(g(a))"),
        ("[pipeline:main]\npipeline =\n  f\n  egg:Demo#app", "f(app)"),
        ("[app:main]\nuse = a\nsays = b", "b"),
        ("[app:main]\nuse = a\nfilter-with = f", "f(a)"),
        ("[filter-app:main]\nuse = g\nnext = a", "g(a)"),
        ("[composite:main]\nuse = call:demo:map\nset mood = !\nx = a", "a!"),
        ("[composite:main]\nuse = call:demo:pipeline\nset mood = !\nnames = a", "a"),
        ("[DEFAULT]\nmood = ?\n[app:main]\nuse = a", "a?"),
        ("[app:main]\nuse = egg:Demo#app\nsays = %(__file__)s", "demo.ini"),
    ];
    for (main, expected) in cases {
        let app = load(&format!("{main}\n{PARTS}")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(answer(&app).await, expected, "{main}");
    }
}

#[tokio::test]
async fn what_the_caller_says_is_known_to_all_sections() {
    let config = PasteConfig::parse("demo.ini", API).unwrap();
    let registry = registry();
    let conf = GlobalConf::from([("mood".to_owned(), "!".to_owned())]);
    let (app, _) = config.loader(&registry).with_global_conf(&conf).load_app("hello").unwrap();
    assert_eq!(answer(&app).await, "hello!");
}

#[test]
fn the_graph_shows_what_was_loaded_and_nothing_else() {
    let registry = registry();
    let config = PasteConfig::parse("demo.ini", API).unwrap();
    let (_, graph) = config.loader(&registry).load_app("main").unwrap();
    let expected = "\
composite main                            demo:map
├─ /: app hello                           demo:app
└─ /v2: composite v2                      demo:pipeline
   ├─ filter outer                        demo:filter
   ├─ filter inner                        demo:filter
   └─ app hello                           demo:app
";
    assert_eq!(graph.to_string(), expected);
    let outer = &graph.children[1].children[0];
    assert_eq!((outer.kind, outer.place.as_deref()), (NodeKind::Filter, Some("demo.ini:10")));
    let as_json = serde_json::to_value(outer).unwrap();
    assert_eq!(as_json["local_conf"], json!({ "name": "o" }));
    assert!(as_json["location"].as_str().unwrap().contains("tests/demo/mod.rs:"));
}

#[test]
fn no_factory_is_called_to_say_what_an_app_would_be_told() {
    let config = PasteConfig::parse("demo.ini", "[composite:main]\nuse = call:demo:map\nx = nope");
    let told = config.unwrap().loader(&registry()).app_config("main").unwrap();
    assert_eq!(told.local_conf.get("x"), Some("nope"));
    assert_eq!(told.global_conf["__file__"], "demo.ini");
}

#[test]
fn a_filter_around_a_pipeline_belongs_into_it() {
    let text = "[pipeline:main]\npipeline = egg:Demo#app\nfilter-with = f\n\
                [filter:f]\nuse = egg:Demo\nname = f";
    let error = load(text).err().unwrap();
    assert_eq!(*error.problem(), Problem::NotAnApp { section: "pipeline:main".into() });
}
