//! An app that tells what it sees.

use nova_paste::{Environ, Raised, Request, Response, body};
use std::collections::BTreeSet;

/// What somebody sees, a word for each thing.
pub(crate) type Words = BTreeSet<String>;

/// Fails on DELETE, and otherwise attaches to its answer what it saw.
pub(crate) async fn seeing(request: Request) -> Result<Response, Raised> {
    if request.method() == "DELETE" {
        return Err(Raised::new("DBConnectionError", "nova:secret@db is down"));
    }
    let mut seen = Words::from(["called".to_owned()]);
    let Environ { request_id, traceparent, context, .. } = Environ::of(&request);
    seen.extend(request_id.as_ref().map(|_| "request id".to_owned()));
    seen.extend(traceparent.map(|_| "trace".to_owned()));
    if let Some(context) = context {
        let user = context.user_id.as_deref().unwrap_or("nobody");
        let rights = if context.is_admin { "admin" } else { "no admin" };
        seen.insert(format!("context: {user}, {rights}"));
    }
    for name in ["x-user-id", "x-roles"] {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        seen.extend(value.map(|value| format!("{name}: {value}")));
    }
    let mut response = Response::new(body(""));
    response.extensions_mut().insert(seen);
    Ok(response)
}

/// What the app saw, and what the client gets: the status, and the headers that matter here.
pub(crate) fn outcome(answer: Result<Response, Raised>) -> [Words; 2] {
    match answer {
        Err(raised) => [Words::new(), Words::from([format!("raises {raised}")])],
        Ok(response) => {
            let told = |name: &str| name != "x-compute-request-id" && !name.starts_with("content");
            let headers = response.headers().keys().map(ToString::to_string);
            let mut got: Words = headers.filter(|name| told(name)).collect();
            got.insert(response.status().as_u16().to_string());
            [response.extensions().get().cloned().unwrap_or_default(), got]
        }
    }
}
