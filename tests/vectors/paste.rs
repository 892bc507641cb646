//! The set `paste`: what PasteDeploy makes of a configuration.
//!
//! What the factories of [`demo`] make answers a request by describing itself as JSON, so a case
//! passes only if what was loaded *works* as the original's did.

#[path = "paste_demo.rs"]
mod demo;

use demo::{described, json_of, registry};
use nova_paste::{App, Loader, PasteError, Problem, Request, body};
use serde_json::{Map, Value, json};
use std::{
    fs, io,
    path::{Path, PathBuf},
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Poll, Waker},
};

/// Runs one case; an error says why it differs.
pub(crate) fn run(case: &Value) -> Result<(), String> {
    let folder = Folder::new(&case["files"]).map_err(|error| error.to_string())?;
    let found = match load(case, &folder) {
        Ok(node) => json!({ "ok": node }),
        Err(error) => outcome_of(&error),
    };
    let expected = folder.replace(&case["expect"]);
    // The period's dicts have no order; what has an `expect_py3` beside it is compared as a set.
    let today = case.get("expect_py3").map(|expect| folder.replace(expect));
    let ordered = today.is_none();
    let matches = |expected: &Value| comparable(expected, ordered) == comparable(&found, ordered);
    if matches(&expected) || today.as_ref().is_some_and(matches) {
        return Ok(());
    }
    Err(format!("expected {expected}\n     or {today:?}\n    got {found}"))
}

/// The files of a case, for as long as it runs.
struct Folder(PathBuf);

impl Folder {
    fn new(files: &Value) -> io::Result<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("mini-nova-paste-{}-{number}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(&folder.0)?;
        for (name, text) in files.as_object().into_iter().flatten() {
            let path = folder.0.join(name);
            fs::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
            fs::write(path, folder.path_in(text.as_str().unwrap_or_default()))?;
        }
        Ok(folder)
    }

    fn path_in(&self, text: &str) -> String {
        text.replace("$DIR", &self.0.to_string_lossy())
    }

    fn replace(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.path_in(text)),
            Value::Array(values) => values.iter().map(|value| self.replace(value)).collect(),
            Value::Object(map) => {
                map.iter().map(|(key, value)| (key.clone(), self.replace(value))).collect()
            }
            other => other.clone(),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn load(case: &Value, folder: &Folder) -> Result<Value, PasteError> {
    let text = |key: &str| case[key].as_str().map(|text| folder.path_in(text));
    let uri = text("uri").unwrap_or_default();
    let uri = match text("app_name") {
        Some(name) => format!("{}#{name}", uri.split('#').next().unwrap_or_default()),
        None => uri,
    };
    let registry = registry();
    let mut loader = Loader::new(&registry).relative_to(&text("relative_to").unwrap_or_default());
    if let Some(global_conf) = case["global_conf"].as_object() {
        let value = |value: &Value| folder.path_in(value.as_str().unwrap_or_default());
        let global_conf = global_conf.iter().map(|(k, v)| (k.clone(), value(v)));
        loader = loader.with_global_conf(&global_conf.collect());
    }
    match case["op"].as_str() {
        Some("loadapp") => Ok(describe(&loader.load_app(&uri)?.0)),
        Some("loadfilter") => {
            let inner = json!({ "type": "app", "factory": "<inner>", "global_conf": {},
                                "local_conf": [] });
            Ok(describe(&loader.load_filter(&uri)?.0(described(inner))))
        }
        Some("loadserver") => {
            let served = loader.load_server(&uri)?.0(described(Value::Null));
            let description = at_once(served).and_then(Result::err).map(|error| error.to_string());
            Ok(description.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
        }
        _ => {
            let config = loader.app_config(&uri)?;
            let mut both = config.global_conf.clone();
            both.extend(config.local_conf.0.iter().cloned());
            Ok(json!({ "type": "config", "config": both, "global_conf": config.global_conf,
                       "local_conf": config.local_conf.0 }))
        }
    }
}

/// What the vectors call this error; for them, a function instead of an app is no error.
fn outcome_of(error: &PasteError) -> Value {
    let kind = match error.problem() {
        Problem::NotAnApp { .. } => return json!({ "ok": { "type": "other", "class": "function" }}),
        Problem::FileNotFound { .. } => "file_not_found",
        Problem::Unicode { .. } => "unicode",
        Problem::MissingSectionHeader => "missing_section_header",
        Problem::ParseError => "parse_error",
        Problem::DuplicateSection { .. } => "duplicate_section",
        Problem::DuplicateOption { .. } => "duplicate_option",
        Problem::InterpolationMissingOption { .. } => "interpolation_missing_option",
        Problem::InterpolationSyntax { .. } => "interpolation_syntax",
        Problem::InterpolationDepth => "interpolation_depth",
        Problem::NoSection { .. } => "no_section",
        Problem::AmbiguousSection { .. } => "ambiguous_section",
        Problem::NoLoader { .. } => "no_loader",
        Problem::MultipleProtocols { .. } => "multiple_protocols",
        Problem::MissingNext { .. } => "missing_next",
        Problem::MissingPipeline { .. } => "missing_pipeline",
        Problem::EmptyPipeline => "index_error",
        Problem::ExtraPipelineSettings { .. } => "extra_pipeline_settings",
        Problem::NoScheme { .. } => "no_scheme",
        Problem::UnknownScheme { .. } => "unknown_scheme",
        Problem::RelativeUri { .. } => "relative_uri",
        Problem::BadCallFormat { .. } => "bad_call_format",
        Problem::BadTarget { .. } => "value_error",
        Problem::EggNotFound { .. } => "egg_not_found",
        Problem::EntryPointNotFound { .. } => "entry_point_not_found",
        Problem::AmbiguousEntryPoint { .. } => "ambiguous_entry_point",
        Problem::ImportError { .. } => "import_error",
        Problem::AttributeError { .. } => "attribute_error",
        Problem::NotCallable { .. } | Problem::WrongFactory { .. } => "type_error",
        Problem::UnknownProtocol { .. } => "unknown_protocol",
        Problem::Recursion { .. } => "recursion",
        Problem::Raised { class, .. } => match *class {
            "KeyError" => "key_error",
            "TypeError" => "type_error",
            "ValueError" => "value_error",
            "AssertionError" => "assertion",
            "ImportError" => "import_error",
            "AttributeError" => "attribute_error",
            other => other,
        },
        Problem::TooLong | Problem::TooMany { .. } | Problem::Unplugged(_) => "ours",
    };
    json!({ "error": { "kind": kind } })
}

/// Errors compare by kind, and objects and sets in one order.
fn comparable(value: &Value, ordered: bool) -> Value {
    match value {
        Value::Object(map) if map.contains_key("error") => json!({ "error": map["error"]["kind"] }),
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_by_key(|(key, _)| *key);
            let mut sorted = Map::new();
            for (key, value) in pairs {
                let mut value = comparable(value, ordered);
                if let (false, "local_conf", Some(pairs)) = (ordered, &**key, value.as_array_mut())
                {
                    pairs.sort_by_key(Value::to_string);
                }
                sorted.insert(key.clone(), value);
            }
            Value::Object(sorted)
        }
        Value::Array(values) => values.iter().map(|value| comparable(value, ordered)).collect(),
        other => other.clone(),
    }
}

fn describe(app: &App) -> Value {
    let answer = async {
        match app.call(Request::new(body(""))).await {
            Ok(response) => json_of(response).await,
            Err(raised) => json!(raised.to_string()),
        }
    };
    at_once(answer).unwrap_or_default()
}

/// The outcome of a future that waits for nothing; none of those here does.
fn at_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
