//! `middleware`: each filter by itself, over the app that the recording had inside; and, as
//! `middleware_e2e`, the whole API.

use crate::{
    pipeline,
    wsgi::{Failure, block_on, headers, request, text},
};
use http::HeaderMap;
use http_body_util::BodyExt;
use mini_nova::{Conf, Neighbours, wiring};
use nova_objects::{MemoryStore, Store};
use nova_paste::{
    App, AppGraph, Body, Environ, PasteConfig, PasteError, Raised, Request, Response, app_fn, body,
    wsgi_encode,
};
use nova_pipeline::{
    Fault,
    compute_req_id::ComputeReqIdMiddleware,
    context,
    faultwrap::FaultWrapper,
    http_error::http_error,
    legacy_v2_compatible::LegacyV2CompatibleWrapper,
    noauth2::NoAuthMiddleware,
    sizelimit::{self, RequestBodySizeLimiter},
};
use nova_router::{ApiVersionRequest, ApiVersions};
use nova_rpc::{MemoryTransport, Transport};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

/// Runs one case.
pub(crate) fn run(case: &Value) -> Result<(), String> {
    if case["group"] == "pipeline" {
        return pipeline::run(case);
    }
    let app = app(case).map_err(|failure| failure.to_string())?;
    let answer = || -> Result<Answer, Failure> {
        let request = request(&case["request"], content(&case["request"]))?;
        block_on(Answer::of(&app, request))?
    };
    let got = answer().map_err(|failure| failure.to_string())?;
    let expect = Answer::expected(&case["expect"]);
    if got.is(&expect) { Ok(()) } else { Err(format!("expected {expect:?}, got {got:?}")) }
}

/// The filters of the case around its app.
fn app(case: &Value) -> Result<App, Failure> {
    let group = text(case, "group", "");
    let noauth = context::Options { use_forwarded_for: case["conf"]["use_forwarded_for"] == true };
    let pairs = case["inner_response_headers"].as_array().into_iter().flatten();
    let object = pairs.map(|pair| (text_of(&pair[0]), pair[1].clone())).collect();
    let inner = seeing_version(headers(&Value::Object(object))?);
    Ok(match group {
        "noauth2" => Arc::new(NoAuthMiddleware::new(seeing_context(), noauth)),
        "noauth2_18" => Arc::new(NoAuthMiddleware::new_v2_18(seeing_context(), noauth)),
        "sizelimit" => sizelimit(case),
        "faultwrap" => Arc::new(FaultWrapper::new(raising(case)?)),
        "fault" => fault(case)?,
        "legacy_v2_compatible" => Arc::new(LegacyV2CompatibleWrapper::new(inner)),
        "compute_req_id" => Arc::new(ComputeReqIdMiddleware::new(inner)),
        "request_id" => Arc::new(ComputeReqIdMiddleware::request_id(inner)),
        "e2e" => osapi_compute()?,
        _ => return Err(format!("no such group: {group}").into()),
    })
}

/// The whole compute API, as the recordings have it: Mitaka's mounts, microversions up to 2.25.
fn osapi_compute() -> Result<App, Failure> {
    static APP: OnceLock<App> = OnceLock::new();
    if let Some(app) = APP.get() {
        return Ok(Arc::clone(app));
    }
    let (app, _) = load("noauth2", "osapi_compute")?;
    Ok(Arc::clone(APP.get_or_init(|| app)))
}

/// An app of Mitaka's paste file, and what was loaded.
pub(crate) fn load(auth_strategy: &str, name: &str) -> Result<(App, AppGraph), PasteError> {
    let mut conf = Conf::default();
    conf.pipeline.auth_strategy = auth_strategy.to_owned();
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let transport: Arc<dyn Transport> = Arc::new(MemoryTransport::default());
    let versions = ApiVersions { min: ApiVersionRequest(2, 1), max: ApiVersionRequest(2, 25) };
    let plugs = wiring::api_plugs(&conf, &store, &transport, &Neighbours::default())?;
    let registry =
        conf.installed.registry(plugs.plug(versions)).install("played", pipeline::PLAYED);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/etc/api-paste.mitaka.ini");
    PasteConfig::read(file)?.loader(&registry).load_app(name)
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Answers the context that the request came with.
fn seeing_context() -> App {
    app_fn(async |request| {
        let context = Environ::of(&request).context.clone().unwrap_or_default();
        let seen = json!({
            "user_id": context.user_id,
            "project_id": context.project_id,
            "is_admin": context.is_admin,
            "remote_address": context.remote_address,
            "roles": context.roles,
        });
        let mut response = Response::new(body(seen.to_string()));
        let json = http::HeaderValue::from_static("application/json; charset=UTF-8");
        response.headers_mut().insert("content-type", json);
        Ok(response)
    })
}

fn sizelimit(case: &Value) -> App {
    let max = case["max_request_body_size"].as_u64().and_then(|max| max.try_into().ok());
    let mut options = sizelimit::Options::default();
    options.max_request_body_size = max.unwrap_or(options.max_request_body_size);
    let limiter = Arc::new(RequestBodySizeLimiter::new(echo(), &options));
    match text(case, "inner", "") {
        "echo" => limiter,
        _ => Arc::new(FaultWrapper::new(limiter)),
    }
}

/// Reads the whole body, and answers how long it was.
fn echo() -> App {
    app_fn(async |request: Request| {
        let read = request.into_body().collect().await;
        let read = read.map_err(|error| Raised::new("IOError", error.to_string()))?.to_bytes();
        let mut response = Response::new(body(format!("read {}", read.len())));
        let html = http::HeaderValue::from_static("text/html; charset=UTF-8");
        response.headers_mut().insert("content-type", html);
        Ok(response)
    })
}

/// Raises what the case says, or answers.
fn raising(case: &Value) -> Result<App, Failure> {
    let Some(inner) = case.get("inner_raises") else {
        let headers = headers(&json!({ "X-A": "b" }))?;
        return Ok(app_fn(move |_| {
            let mut response = Response::new(body("hi"));
            *response.headers_mut() = headers.clone();
            async { Ok(response) }
        }));
    };
    let raised = Raised {
        class: text(inner, "class", "").into(),
        code: inner["code"].as_u64().and_then(|code| code.try_into().ok()),
        safe: inner["safe"] == true,
        headers: headers(&inner["headers"])?,
        message: text(inner, "message", "").into(),
    };
    Ok(app_fn(move |_| std::future::ready(Err(raised.clone()))))
}

/// Answers a fault around one of WebOb's errors.
fn fault(case: &Value) -> Result<App, Failure> {
    let wrapped = &case["wrapped"];
    let class = text(wrapped, "class", "");
    let is_class = |code: &u16| {
        let error = http_error(*code);
        error.code == *code && format!("HTTP{}", error.title.replace([' ', '-'], "")) == class
    };
    let code = (400..600).find(is_class).ok_or("no such error")?;
    let mut fault = Fault::stock(code);
    if let Some(explanation) = wrapped["explanation"].as_str() {
        fault = Fault::new(code, explanation);
    }
    for (name, value) in &headers(&wrapped["headers"])? {
        fault = fault.header(name, value);
    }
    if case["set_api_version_request"] == true {
        let asked = text(&case["request"]["headers"], VERSION, "2.1");
        let version = if asked == "latest" { "2.25" } else { asked };
        fault = fault.header(VERSION, version).header("Vary", VERSION);
    }
    Ok(app_fn(move |_| std::future::ready(Ok(fault.clone().into_response()))))
}

const VERSION: &str = "X-OpenStack-Nova-API-Version";

/// Answers `ok`, and which version the request asked for.
fn seeing_version(headers: HeaderMap) -> App {
    app_fn(move |request: Request| {
        let version = request.headers().get(VERSION).cloned();
        let mut response = Response::new(body("ok"));
        *response.headers_mut() = headers.clone();
        let seen = version.unwrap_or(http::HeaderValue::from_static("none"));
        response.headers_mut().insert("x-seen-version", seen);
        async { Ok(response) }
    })
}

/// The body of a request.
fn content(request: &Value) -> Body {
    let length = request["body_len"].as_u64().and_then(|length| usize::try_from(length).ok());
    let bytes = match length {
        Some(length) => "a".repeat(length),
        None => text(request, "body", "").to_owned(),
    };
    body(bytes)
}

/// What is compared of an answer.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
    json: Option<Value>,
}

/// What we add on purpose: the headers of the releases that followed.
const ADDED: [&str; 2] = ["x-openstack-request-id", "openstack-api-version"];

impl Answer {
    /// What `app` answers.
    async fn of(app: &App, request: Request) -> Result<Self, Failure> {
        let head = request.method() == http::Method::HEAD;
        let response = app.call(request).await?;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await?.to_bytes();
        let text = if head { String::new() } else { String::from_utf8(bytes.to_vec())? };
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.to_string(), wsgi_encode(value.as_bytes()))
        };
        let headers = parts.headers.iter().map(header);
        Ok(Self {
            status: parts.status.as_u16(),
            headers: headers.filter_map(normalized).collect(),
            json: serde_json::from_str(&text).ok(),
            body: text,
        })
    }

    /// What Python answered.
    fn expected(expect: &Value) -> Self {
        let status = text(expect, "status", "").split(' ').next().unwrap_or_default();
        let pairs = expect["headers"].as_array().into_iter().flatten();
        let pair = |pair: &Value| (text_of(&pair[0]).to_lowercase(), text_of(&pair[1]));
        Self {
            status: status.parse().unwrap_or_default(),
            headers: pairs.map(pair).filter_map(normalized).collect(),
            body: text(expect, "body", "").to_owned(),
            json: expect.get("body_json").cloned(),
        }
    }

    fn is(&self, expect: &Self) -> bool {
        let body = match &expect.json {
            Some(json) => self.json.as_ref() == Some(json),
            None => self.body == expect.body,
        };
        body && self.status == expect.status && self.headers == expect.headers
    }
}

/// A header as it is compared, if it is.
fn normalized((name, value): (String, String)) -> Option<(String, String)> {
    // The server counts the bytes of a body, and those of JSON depend on its blanks.
    if ADDED.contains(&name.as_str()) || name == "content-length" {
        return None;
    }
    let value = match name.as_str() {
        "x-compute-request-id" if value.starts_with("req-") => "req-<uuid>".to_owned(),
        "vary" => without_added(&value),
        _ => value,
    };
    Some((name, value))
}

/// A `Vary` without the header that we add to it.
fn without_added(vary: &str) -> String {
    let is_added = |name: &str| ADDED.contains(&name.trim().to_lowercase().as_str());
    vary.split(',').filter(|name| !is_added(name)).collect::<Vec<_>>().join(",")
}
