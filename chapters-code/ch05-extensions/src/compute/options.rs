//! What a query string says (`webob.Request.GET`, `oslo_utils.strutils`).

use nova_router::ApiError;
use serde_json::Value;

/// Every value that a query string gives for `wanted`.
pub fn values<'q>(query: &'q [(String, String)], wanted: &'q str) -> impl Iterator<Item = &'q str> {
    query.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

/// The value of `wanted`; of several, the last.
pub fn value<'q>(query: &'q [(String, String)], wanted: &'q str) -> Option<&'q str> {
    values(query, wanted).last()
}

/// A word for true or false (`bool_from_string`); `None` for any other word.
pub fn bool_from_string(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "t" | "true" | "on" | "y" | "yes" => Some(true),
        "0" | "f" | "false" | "off" | "n" | "no" => Some(false),
        _ => None,
    }
}

/// A yes or no in a body, in one of the words for it; nothing is a no.
pub fn is_true(value: &Value) -> bool {
    value.as_bool().or_else(|| bool_from_string(value.as_str()?)).unwrap_or(false)
}

/// Refuses what Nova heeds and we do not: better no list than a wrong one.
///
/// # Errors
///
/// `query` has one of the options `unsupported`: status 400.
pub fn refuse(query: &[(String, String)], unsupported: &[&str]) -> Result<(), ApiError> {
    match query.iter().find(|(name, _)| unsupported.contains(&name.as_str())) {
        Some((name, _)) => Err(ApiError::http(400, format!("The option {name} is not supported."))),
        None => Ok(()),
    }
}
