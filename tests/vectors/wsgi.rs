//! What the sets share: requests as the vectors write them.

use http::{HeaderMap, HeaderName, HeaderValue};
use nova_paste::{Body, Environ, Request};
use serde_json::Value;
use std::{error::Error, io};

/// Why a case could not even be asked.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Runs `future` to its end.
pub(crate) fn block_on<F: Future>(future: F) -> io::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

/// Bytes out of a string of the vectors, in which a character is a byte.
pub(crate) fn bytes(text: &str) -> Result<Vec<u8>, std::char::TryFromCharError> {
    text.chars().map(u8::try_from).collect()
}

/// A text of `case`, or `default` if it has none.
pub(crate) fn text<'c>(case: &'c Value, name: &str, default: &'c str) -> &'c str {
    case.get(name).and_then(Value::as_str).unwrap_or(default)
}

/// The request of a case, around `body`.
pub(crate) fn request(case: &Value, body: Body) -> Result<Request, Failure> {
    let mut request = Request::new(body);
    *request.method_mut() = text(case, "method", "GET").parse()?;
    *request.headers_mut() = headers(&case["headers"])?;
    let target = text(case, "path", "");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    *Environ::of_mut(&mut request) = Environ {
        url_scheme: text(case, "scheme", "http").into(),
        host: text(case, "host", "localhost:8774").into(),
        script_name: text(case, "script_name", "").into(),
        path_info: text(case, "path_info", &percent_decoded(path)).into(),
        query_string: text(case, "query_string", query).into(),
        remote_addr: Some([10, 0, 0, 9].into()),
        ..Environ::default()
    };
    Ok(request)
}

/// The bytes that a path spells; a `%` that spells none stays.
fn percent_decoded(path: &str) -> String {
    let mut pieces = path.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let byte = piece.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(byte.map_or('%', char::from));
        decoded.push_str(if byte.is_some() { &piece[2..] } else { piece });
    }
    decoded
}

/// Headers out of an object; a value that is no text counts as JSON has it.
pub(crate) fn headers(object: &Value) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, value) in object.as_object().into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        headers.insert(HeaderName::try_from(name)?, HeaderValue::from_bytes(&bytes(&value)?)?);
    }
    Ok(headers)
}
