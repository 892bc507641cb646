//! An app that tells what it sees.

use nova_paste::{Environ, Raised, Request, Response, body};
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
};

/// Was the app called? One that raises can say so in no other way.
static CALLED: AtomicBool = AtomicBool::new(false);

/// What somebody sees, a word for each thing.
pub(crate) type Words = BTreeSet<String>;

/// Fails on DELETE, and otherwise attaches to its answer what it saw.
pub(crate) async fn seeing(request: Request) -> Result<Response, Raised> {
    CALLED.store(true, Ordering::Relaxed);
    if request.method() == "DELETE" {
        return Err(Raised::new("DBConnectionError", "nova:secret@db is down"));
    }
    let mut seen = words("called");
    let Environ { request_id, traceparent, context, .. } = Environ::of(&request);
    seen.extend(request_id.as_ref().map(|_| "request id".to_owned()));
    seen.extend(traceparent.map(|_| "trace".to_owned()));
    if let Some(context) = context {
        let user = context.user_id.as_deref().unwrap_or("nobody");
        let rights = if context.is_admin { "admin" } else { "no admin" };
        seen.insert(format!("context: {user}, {rights}"));
    }
    for name in ["x-roles", "x-tenant-id"] {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        let value = value.filter(|value| !value.is_empty());
        seen.extend(value.map(|value| format!("{name}: {value}")));
    }
    let mut response = Response::new(body(""));
    response.extensions_mut().insert(seen);
    Ok(response)
}

/// What the app saw, and what the client gets: the status, and the headers that matter here.
pub(crate) fn outcome(answer: Result<Response, Raised>) -> [Words; 2] {
    let seen = words(if CALLED.swap(false, Ordering::Relaxed) { "called" } else { "not called" });
    let response = match answer {
        Ok(response) => response,
        Err(raised) => return [seen, words(&format!("raises {raised}"))],
    };
    let told = |name: &str| name != "x-compute-request-id" && !name.starts_with("content");
    let headers = response.headers().keys().map(ToString::to_string);
    let mut got: Words = headers.filter(|name| told(name)).collect();
    got.insert(response.status().as_u16().to_string());
    [response.extensions().get().cloned().unwrap_or(seen), got]
}

/// What is new in `now`, and which headers are gone.
pub(crate) fn news(before: &Words, now: &Words) -> String {
    let called = !now.contains("not called");
    let gone = before.difference(now).filter(|word| called && word.starts_with("x-"));
    let gone = gone.map(|word| format!("no {word}"));
    gone.chain(now.difference(before).cloned()).collect::<Vec<_>>().join(", ")
}

fn words(word: &str) -> Words {
    Words::from([word.to_owned()])
}
