//! `urlmap_functions`: the functions that URLMap is made of, each by itself.

use nova_objects::NovaException;
use nova_urlmap::{
    Accept, UrlMapError,
    header::{parse_list_header, parse_options_header, unquote_header_value},
    path::{normalize_url, parse_path_expression},
};
use serde_json::{Value, json};

/// Runs one case.
pub(crate) fn run(case: &Value) -> Result<(), String> {
    let got = match call(case["func"].as_str().unwrap_or_default(), &case["input"]) {
        Ok(value) => json!({ "ok": value }),
        Err(error) => json!({ "error": { "kind": kind(&error.class()) } }),
    };
    let expect = case.get("expect_py3").unwrap_or(&case["expect"]);
    let same = match expect.get("error") {
        Some(error) => got["error"]["kind"] == error["kind"],
        None => got == *expect,
    };
    if same { Ok(()) } else { Err(format!("expected {expect}, got {got}")) }
}

/// The vectors' word for a Python class of errors.
pub(crate) fn kind(class: &str) -> &str {
    match class {
        "AssertionError" => "assertion",
        "StopIteration" => "stop_iteration",
        "TypeError" => "type_error",
        "ValueError" => "value_error",
        other => other,
    }
}

fn call(function: &str, input: &Value) -> Result<Value, UrlMapError> {
    let text = input.as_str().unwrap_or_default();
    Ok(match function {
        "parse_path_expression" => parse_path_expression(text)?.into(),
        "normalize_url" => {
            let url = input["url"].as_str().unwrap_or_default();
            json!(normalize_url(url, input["trim"] == true)?)
        }
        "normalize_url_pair" => normalize_url_pair(input)?,
        "parse_options_header" => json!(parse_options_header(text)?),
        "parse_list_header" => json!(parse_list_header(text)),
        "unquote_header_value" => unquote_header_value(text).into(),
        "accept_best_match" => {
            let accept = Accept::new(input["accept"].as_str().unwrap_or_default())?;
            let supported = input["supported"].as_array().into_iter().flatten();
            let supported: Vec<&str> = supported.filter_map(Value::as_str).collect();
            json!(accept.best_match(&supported)?)
        }
        unknown => format!("{unknown} is not known here").into(),
    })
}

/// Python's `normalize_url` also takes a domain and a path: the key of a mount.
fn normalize_url_pair(pair: &Value) -> Result<Value, UrlMapError> {
    let (_, path) = normalize_url(pair[1].as_str().unwrap_or_default(), true)?;
    Ok(json!([pair[0], path]))
}
