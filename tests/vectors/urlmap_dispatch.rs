//! `urlmap_dispatch`: requests against a map of mounts, Nova's or Paste's.

use crate::{
    urlmap_functions::kind,
    wsgi::{Failure, block_on, request},
};
use http_body_util::BodyExt;
use nova_paste::{App, Environ, app_fn, body};
use nova_urlmap::{PasteUrlMap, UrlMap, UrlMapError};
use serde_json::{Value, json};
use std::sync::Arc;

/// Runs one case.
pub(crate) fn run(case: &Value) -> Result<(), String> {
    let map = map(case).map_err(|error| error.to_string())?;
    let sorted: Vec<Value> = map.mounts().iter().map(|(url, _)| json!(url)).collect();
    let expect = &case["sorted_mounts"];
    if expect.is_array() && *expect != json!(sorted) {
        return Err(format!("expected mounts {expect}, got {}", json!(sorted)));
    }
    let app: App = if case["impl"] == "paste" { Arc::new(map) } else { Arc::new(UrlMap::new(map)) };
    let got = answer(&app, &case["request"]).map_err(|failure| failure.to_string())?;
    let expect = case.get("expect_py3").unwrap_or(&case["expect"]);
    let same = match expect.get("error") {
        Some(error) => got["error"]["kind"] == error["kind"],
        None => got == *expect,
    };
    if same { Ok(()) } else { Err(format!("expected {expect}, got {got}")) }
}

/// The map of the case: each app on it reports what it sees.
fn map(case: &Value) -> Result<PasteUrlMap, UrlMapError> {
    let mut map = PasteUrlMap::new(case["not_found_app"].as_str().map(reporter));
    for mount in case["mounts"].as_array().into_iter().flatten() {
        let word = |at: usize| mount[at].as_str().unwrap_or_default();
        map.mount(word(0), word(1), reporter(word(1)))?;
    }
    Ok(map)
}

/// An app that answers what it sees of the request.
fn reporter(name: &str) -> App {
    let name = name.to_owned();
    app_fn(move |request| {
        let environ = Environ::of(&request);
        let mut seen = json!({
            "app": name,
            "script_name": environ.script_name,
            "path_info": environ.path_info,
        });
        if let Some(mime_type) = &environ.best_content_type {
            seen["best_content_type"] = mime_type.as_str().into();
        }
        async move { Ok(http::Response::new(body(seen.to_string()))) }
    })
}

fn answer(app: &App, case: &Value) -> Result<Value, Failure> {
    let request = request(case, body(""))?;
    block_on(async {
        match app.call(request).await {
            Err(raised) => Ok(json!({ "error": { "kind": kind(&raised.class) } })),
            Ok(response) if response.status() == 404 => {
                Ok(json!({ "not_found": true, "status": response.status().to_string() }))
            }
            Ok(response) => {
                let bytes = response.into_body().collect().await?.to_bytes();
                Ok(serde_json::from_slice(&bytes)?)
            }
        }
    })?
}
