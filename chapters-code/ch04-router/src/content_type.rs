//! What the body is, and what the answer should be (`nova.api.openstack.wsgi.Request`).

use http::{HeaderMap, HeaderValue, header};
use nova_paste::Environ;
use nova_urlmap::Accept;

/// What the API reads and writes.
pub(crate) const SUPPORTED_CONTENT_TYPES: [&str; 2] =
    ["application/json", "application/vnd.openstack.compute+json"];

/// Is the body of a type that can be read? Nothing and `text/plain` will do: some clients and
/// servers name those where there is no body.
pub(crate) fn is_readable(headers: &HeaderMap) -> bool {
    let content_type = of(headers);
    matches!(content_type, "" | "text/plain") || SUPPORTED_CONTENT_TYPES.contains(&content_type)
}

/// The type of the body, without what it says of itself besides.
pub(crate) fn of(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE).map_or("", text);
    value.split(';').next().unwrap_or_default()
}

/// The type of the answer (`best_match_content_type`): what URLMap worked out; else the
/// suffix of the path, else what the client accepts.
pub(crate) fn best_match(environ: &Environ, headers: &HeaderMap) -> String {
    if let Some(content_type) = &environ.best_content_type {
        return content_type.clone();
    }
    let suffix = environ.path_info.rsplit_once('.').map(|(_, suffix)| suffix);
    let by_suffix = suffix.map(|suffix| format!("application/{suffix}"));
    if let Some(content_type) = by_suffix
        && SUPPORTED_CONTENT_TYPES.contains(&content_type.as_str())
    {
        return content_type;
    }
    let accept = Accept::new(headers.get(header::ACCEPT).map_or("", text));
    let accepted = accept.and_then(|accept| accept.best_match(&SUPPORTED_CONTENT_TYPES));
    let accepted = accepted.ok().and_then(|(content_type, _)| content_type);
    accepted.unwrap_or(SUPPORTED_CONTENT_TYPES[0]).to_owned()
}

fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}
