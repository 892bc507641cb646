//! Which action does a body ask for? (`nova.api.openstack.wsgi.action_peek`)

use crate::Fault;
use serde_json::Value;

/// What a client is told whose body cannot be read.
pub(crate) const MALFORMED_REQUEST_BODY: &str = "Malformed request body";

/// The one key of the body of a `POST .../action`: `os-start` of `{"os-start": null}`.
///
/// # Errors
///
/// A fault: 400 for a body that is no JSON, or does not hold exactly one thing. As in Nova, one
/// thing without a key, and what holds no things at all, is a 404.
pub(crate) fn action_peek(body: &[u8]) -> Result<String, Fault> {
    let malformed = || Fault::new(400, MALFORMED_REQUEST_BODY);
    let (things, key) = match serde_json::from_slice(body).map_err(|_| malformed())? {
        Value::Object(pairs) => (pairs.len(), pairs.into_iter().next().map(|(key, _)| key)),
        Value::Array(items) => (items.len(), None),
        Value::String(text) => (text.chars().count(), None),
        Value::Null | Value::Bool(_) | Value::Number(_) => return Err(Fault::stock(404)),
    };
    match key {
        _ if things != 1 => Err(malformed()),
        None => Err(Fault::stock(404)),
        Some(key) => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use super::action_peek;

    #[test]
    fn exactly_one_key_names_the_action() {
        assert_eq!(action_peek(br#"{"os-start": null}"#).as_deref(), Ok("os-start"));
        for (body, code) in [
            ("", 400),
            ("{", 400),
            ("{}", 400),
            (r#"{"os-start": null, "os-stop": null}"#, 400),
            ("[]", 400),
            ("[1]", 404),
            (r#""x""#, 404),
            (r#""xy""#, 400),
            ("null", 404),
            ("1", 404),
        ] {
            assert_eq!(action_peek(body.as_bytes()).unwrap_err().code(), code, "{body}");
        }
    }
}
