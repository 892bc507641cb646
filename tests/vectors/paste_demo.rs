//! The distributions `Demo` and `Paste` of the set `paste`, as its README describes them.

use http_body_util::{BodyExt, Collected};
use nova_paste::{
    App, EntryPoint, Factory, Filter, GlobalConf, Loader, LocalConf, PasteError, Registry, Request,
    Response, Server, app_fn, body,
};
use serde_json::{Value, json};
use std::{cmp::Reverse, io, sync::Arc};

/// What an app answered.
pub(crate) async fn json_of(response: Response) -> Value {
    let bytes = response.into_body().collect().await.map(Collected::to_bytes);
    serde_json::from_slice(&bytes.unwrap_or_default()).unwrap_or_default()
}

/// What is installed.
pub(crate) fn registry() -> Registry {
    Registry::default().install("Demo", DEMO).install("Paste", PASTE)
}

const APP: &str = "paste.app_factory";
const COMPOSITE: &str = "paste.composite_factory";
const FILTER: &str = "paste.filter_factory";
const FILTER_APP: &str = "paste.filter_app_factory";

const DEMO: &[EntryPoint<Factory>] = &[
    EntryPoint::new(APP, "main", "demo:make_main", Factory::App(make_main)),
    EntryPoint::new(APP, "app1", "demo:app_factory", Factory::App(app_factory)),
    EntryPoint::new(APP, "both", "demo:app_factory", Factory::App(app_factory)),
    EntryPoint::new(APP, "broken", "demo:broken", Factory::App(broken)),
    EntryPoint::new(APP, "brokenmod", "demo_missing:x", Factory::App(brokenmod)),
    EntryPoint::new(COMPOSITE, "comp", "demo:composite_factory", COMPOSITE_FACTORY),
    EntryPoint::new(COMPOSITE, "both", "demo:composite_factory", COMPOSITE_FACTORY),
    EntryPoint::new(COMPOSITE, "select", "demo:select_factory", SELECT_FACTORY),
    EntryPoint::new(
        "paste.composit_factory",
        "oldcomp",
        "demo:composite_factory",
        COMPOSITE_FACTORY,
    ),
    EntryPoint::new(FILTER, "main", "demo:filter_factory", FILTER_FACTORY),
    EntryPoint::new(FILTER, "filt", "demo:filter_factory", FILTER_FACTORY),
    EntryPoint::new(FILTER, "fboth", "demo:filter_factory", FILTER_FACTORY),
    EntryPoint::new(FILTER_APP, "filtapp", "demo:filter_app_factory", FILTER_APP_FACTORY),
    EntryPoint::new(FILTER_APP, "fboth", "demo:filter_app_factory", FILTER_APP_FACTORY),
    EntryPoint::new(
        "paste.server_factory",
        "main",
        "demo:server_factory",
        Factory::Server(server_factory),
    ),
    EntryPoint::app("demo:app_factory2", |_, g, l| {
        Ok(described(node("app", "app_factory2", g, l)))
    }),
    EntryPoint::app("demo:Klass.factory", |_, g, l| {
        Ok(described(node("app", "Klass.factory", g, l)))
    }),
    EntryPoint::app("demo:no_conf_app", no_conf_app),
    EntryPoint::app("demo:strict_app", strict_app),
    EntryPoint::app("demo:failing_app", |_, _, _| Err(PasteError::value_error("demo says no"))),
    EntryPoint::app("demo:not_callable", not_callable),
    EntryPoint::filter("demo:filter_factory2", |_, g, l| {
        Ok(filter(node("filter", "filter_factory2", g, l)))
    }),
    EntryPoint::composite("demo:composite_no_global", composite_no_global),
    EntryPoint::app("demopkg.sub:sub_app", |_, g, l| {
        Ok(described(node("app", "demopkg.sub:sub_app", g, l)))
    }),
];

const PASTE: &[EntryPoint<Factory>] = &[EntryPoint::new(
    COMPOSITE,
    "urlmap",
    "paste.urlmap:urlmap_factory",
    Factory::Composite(urlmap_factory),
)];

const COMPOSITE_FACTORY: Factory = Factory::Composite(composite_factory);
const SELECT_FACTORY: Factory = Factory::Composite(select_factory);
const FILTER_FACTORY: Factory =
    Factory::Filter(|_, g, l| Ok(filter(node("filter", "filter_factory", g, l))));
const FILTER_APP_FACTORY: Factory =
    Factory::FilterApp(|_, g, l| Ok(filter(node("filter_app", "filter_app_factory", g, l))));

type Made<T> = Result<T, PasteError>;

fn node(kind: &str, factory: &str, global_conf: &GlobalConf, local_conf: &LocalConf) -> Value {
    json!({ "type": kind, "factory": factory, "global_conf": global_conf,
            "local_conf": local_conf.0 })
}

/// An app that answers with `description`.
pub(crate) fn described(description: Value) -> App {
    app_fn(move |_request: Request| {
        let answer = Response::new(body(description.to_string()));
        async move { Ok(answer) }
    })
}

/// A filter that adds what the app inside answers to `description`.
fn filter(description: Value) -> Filter {
    Box::new(move |app| {
        let description = Arc::new(description);
        app_fn(move |request: Request| {
            let (app, mut description) = (Arc::clone(&app), (*description).clone());
            async move {
                description["app"] = json_of(app.call(request).await?).await;
                Ok(Response::new(body(description.to_string())))
            }
        })
    })
}

fn app_factory(_: &Loader<'_>, global: &GlobalConf, local: &LocalConf) -> Made<App> {
    Ok(described(node("app", "app_factory", global, local)))
}

fn make_main(_: &Loader<'_>, global: &GlobalConf, local: &LocalConf) -> Made<App> {
    Ok(described(node("app", "make_main", global, local)))
}

fn no_conf_app(_: &Loader<'_>, global: &GlobalConf, local: &LocalConf) -> Made<App> {
    match local.iter().next() {
        None => Ok(described(node("app", "no_conf_app", global, local))),
        Some(_) => Err(PasteError::raised("TypeError", "no_conf_app() takes 1 argument")),
    }
}

fn strict_app(_: &Loader<'_>, global: &GlobalConf, local: &LocalConf) -> Made<App> {
    match local.iter().map(|(key, _)| key).collect::<Vec<_>>()[..] {
        ["needed"] => Ok(described(node("app", "strict_app", global, local))),
        _ => Err(PasteError::raised("TypeError", "strict_app() takes `needed`")),
    }
}

fn not_callable(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Made<App> {
    Err(PasteError::raised("TypeError", "'int' object is not callable"))
}

fn broken(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Made<App> {
    Err(PasteError::raised("ImportError", "module demo has no such attribute"))
}

fn brokenmod(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Made<App> {
    Err(PasteError::raised("ImportError", "no module named demo_missing_module"))
}

fn server_factory(_: &Loader<'_>, global: &GlobalConf, local: &LocalConf) -> Made<Server> {
    let description = node("server", "server_factory", global, local).to_string();
    Ok(Box::new(|_app| Box::pin(async { Err(io::Error::other(description)) })))
}

/// A composite that answers with what its children answer.
fn composite(description: Value, children: Vec<(String, App)>) -> App {
    let (description, children) = (Arc::new(description), Arc::new(children));
    app_fn(move |_request: Request| {
        let (mut description, children) = ((*description).clone(), Arc::clone(&children));
        async move {
            let mut nodes = Vec::new();
            for (key, app) in children.iter() {
                nodes.push(json!([key, json_of(app.call(Request::new(body(""))).await?).await]));
            }
            description["children"] = nodes.into();
            Ok(Response::new(body(description.to_string())))
        }
    })
}

fn named_apps(loader: &Loader<'_>, local: &LocalConf) -> Made<Vec<(String, App)>> {
    let mut names: Vec<_> = local.iter().collect();
    names.sort_unstable();
    names.into_iter().map(|(key, name)| Ok((key.to_owned(), loader.get_app(name)?))).collect()
}

fn composite_factory(loader: &Loader<'_>, global: &GlobalConf, local: &LocalConf) -> Made<App> {
    let children = named_apps(&loader.with_global_conf(global), local)?;
    Ok(composite(node("composite", "composite_factory", global, local), children))
}

fn composite_no_global(loader: &Loader<'_>, global: &GlobalConf, local: &LocalConf) -> Made<App> {
    let children = named_apps(loader, local)?;
    Ok(composite(node("composite", "composite_no_global", global, local), children))
}

fn select_factory(loader: &Loader<'_>, global: &GlobalConf, local: &LocalConf) -> Made<App> {
    let strategy = global.get("strategy").map_or("noauth", String::as_str);
    let pipeline = local.get(strategy).ok_or_else(|| PasteError::key_error(strategy))?;
    let names: Vec<&str> = pipeline.split_whitespace().collect();
    let (last, filters) = names.split_last().ok_or_else(|| PasteError::key_error("app"))?;
    let loader = loader.with_global_conf(global);
    let filters = filters.iter().map(|name| loader.get_filter(name)).collect::<Made<Vec<_>>>()?;
    let app = loader.get_app(last)?;
    let app = filters.into_iter().rev().fold(app, |app, filter| filter(app));
    let children = vec![("selected".to_owned(), app)];
    Ok(composite(node("composite", "select_factory", global, local), children))
}

/// Paste's URLMap, as far as the vectors look at it: what is mounted, and in which order.
fn urlmap_factory(loader: &Loader<'_>, global: &GlobalConf, local: &LocalConf) -> Made<App> {
    const NOT_FOUND: &str = "not_found_app";
    let loader = loader.with_global_conf(global);
    let not_found = local.get(NOT_FOUND).or(global.get(NOT_FOUND).map(String::as_str));
    let not_found = not_found.map(|name| loader.get_app(name)).transpose()?;
    let mut mounts = Vec::new();
    for (expression, name) in local.iter().filter(|(key, _)| *key != NOT_FOUND) {
        let (domain, path) = parse_path_expression(expression)?;
        mounts.push((domain, path, loader.get_app(name)?));
    }
    mounts.sort_by_key(|(domain, path, _)| (domain.is_none(), domain.clone(), Reverse(path.len())));
    let (not_found, mounts) = (Arc::new(not_found), Arc::new(mounts));
    Ok(app_fn(move |_request: Request| {
        let (not_found, mounts) = (Arc::clone(&not_found), Arc::clone(&mounts));
        async move {
            let mut nodes = Vec::new();
            for (domain, path, app) in mounts.iter() {
                let node = json_of(app.call(Request::new(body(""))).await?).await;
                nodes.push(json!([domain, path, node]));
            }
            let not_found = match &*not_found {
                Some(app) => json_of(app.call(Request::new(body(""))).await?).await,
                None => Value::Null,
            };
            let node = json!({ "type": "urlmap", "not_found_app": not_found, "mounts": nodes });
            Ok(Response::new(body(node.to_string())))
        }
    }))
}

fn parse_path_expression(expression: &str) -> Made<(Option<String>, String)> {
    let bad = PasteError::value_error;
    let (mut domain, mut port, mut path) = (None, None, None);
    let mut words = expression.split_whitespace();
    while let Some(word) = words.next() {
        let slot = match word {
            "domain" => &mut domain,
            "port" => &mut port,
            _ if path.is_some() => return Err(bad("more than one path given")),
            _ => {
                path = Some(word);
                continue;
            }
        };
        *slot = Some(words.next().ok_or_else(|| bad("a value is missing"))?);
    }
    let domain = match (domain, port) {
        (Some(domain), Some(port)) => Some(format!("{domain}:{port}")),
        (None, Some(_)) => return Err(bad("If you give a port, you must also give a domain")),
        (domain, None) => domain.map(str::to_owned),
    };
    let path = path.unwrap_or_default();
    if domain.is_none() && !path.is_empty() && !path.starts_with('/') {
        return Err(PasteError::raised("AssertionError", "URL fragments must start with /"));
    }
    Ok((domain, path.trim_end_matches('/').to_owned()))
}
