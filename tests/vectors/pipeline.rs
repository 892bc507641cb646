//! The group `pipeline` of `middleware`: which filters and which app Nova's own paste file gives.
//!
//! Nova's file is not ours to copy. `etc/api-paste.mitaka.ini` says the same in our words.

use crate::{middleware::load, wsgi::text};
use nova_paste::{AppGraph, EntryPoint, Factory, PasteError, Problem, Response, app_fn, body};
use nova_urlmap::{Mounts, UrlMapError};
use serde_json::{Value, json};

/// What mini-nova does not have. Here nobody asks it anything: what was recorded is who stands
/// where.
pub(crate) const PLAYED: &[EntryPoint<Factory>] = &[
    EntryPoint::app("nova.api.metadata.handler:MetadataRequestHandler.factory", |_, _, _| {
        Ok(app_fn(async |_| Ok(Response::new(body("")))))
    }),
    EntryPoint::app("nova.api.openstack.compute:APIRouter.factory", |_, _, _| {
        Ok(app_fn(async |_| Ok(Response::new(body("")))))
    }),
    EntryPoint::filter(
        "nova.api.openstack.compute.limits:RateLimitingMiddleware.factory",
        |_, _, _| Ok(Box::new(|app| app)),
    ),
];

/// Runs one case.
pub(crate) fn run(case: &Value) -> Result<(), String> {
    let got = match load(text(case, "auth_strategy", ""), text(case, "app_name", "")) {
        Ok((_, graph)) => json!({"ok": described(&graph).map_err(|error| error.to_string())?}),
        Err(error) => json!({"error": kind(&error)}),
    };
    let expect = match case["expect"].get("error") {
        Some(error) => json!({"error": error["kind"]}),
        None => case["expect"].clone(),
    };
    if got == expect { Ok(()) } else { Err(format!("expected {expect}, got {got}")) }
}

/// What was loaded, in the words of the vectors: a list of classes, or one for each mount.
fn described(graph: &AppGraph) -> Result<Value, UrlMapError> {
    if !graph.factory.is_some_and(|factory| factory.ends_with("urlmap_factory")) {
        return Ok(json!(classes(graph)));
    }
    let mut mounts = Mounts::default();
    for app in &graph.children {
        mounts.insert(app.key.as_deref().unwrap_or_default(), classes(app))?;
    }
    let mounts = mounts.iter().map(|((domain, path), classes)| json!([domain, path, classes]));
    Ok(json!({"urlmap": mounts.collect::<Vec<_>>()}))
}

/// The classes of the filters and of the app, the outermost first.
fn classes(graph: &AppGraph) -> Vec<&'static str> {
    match graph.factory {
        // A filter that we added on purpose: it is the walkthrough's, but not yet Mitaka's.
        Some("nova.profiler:WsgiMiddleware.factory") => Vec::new(),
        Some(factory) if graph.children.is_empty() => vec![class(factory)],
        _ => graph.children.iter().flat_map(classes).collect(),
    }
}

/// The class whose instances a factory makes.
fn class(factory: &'static str) -> &'static str {
    match factory {
        "keystonemiddleware.auth_token:filter_factory" => {
            "keystonemiddleware.auth_token:AuthProtocol"
        }
        "oslo_middleware.cors:filter_factory" => "oslo_middleware.cors:CORS",
        "oslo_middleware:RequestBodySizeLimiter.factory" => {
            "oslo_middleware.sizelimit:RequestBodySizeLimiter"
        }
        "nova.api.openstack.compute.limits:RateLimitingMiddleware.factory" => {
            "nova.api.openstack.compute.legacy_v2.limits:RateLimitingMiddleware"
        }
        factory => factory.trim_end_matches(".factory"),
    }
}

/// What Python raises instead.
fn kind(error: &PasteError) -> String {
    match error.problem() {
        Problem::NoSection { .. } => "LookupError".to_owned(),
        Problem::Raised { class, .. } => (*class).to_owned(),
        _ => error.to_string(),
    }
}
