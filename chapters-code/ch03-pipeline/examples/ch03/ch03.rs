//! What does each filter do? `cargo ch03 noauth2` and `cargo ch03 keystone` send some requests
//! through a pipeline, each again and again with one filter more, and a line says what that
//! filter adds: to what the app sees, and to what the client gets.

mod identity;

use nova_objects::Plugs;
use nova_paste::{EntryPoint, Environ, PasteConfig, Raised, Registry, Request, Response};
use nova_paste::{app_fn, body};
use nova_pipeline::{ENTRY_POINTS, Options, authtoken::identity::TokenValidator};
use std::{collections::BTreeSet, error::Error, sync::Arc};

const INI: &str = include_str!("ch03.ini");
type Words = BTreeSet<String>;

/// An app that fails on DELETE, and otherwise attaches to its answer what it saw.
async fn app(request: Request) -> Result<Response, Raised> {
    if request.method() == "DELETE" {
        return Err(Raised::new("DBConnectionError", "no answer from nova:secret@db"));
    }
    let mut seen = Words::from(["called".into()]);
    let Environ { request_id, traceparent, context, .. } = Environ::of(&request);
    seen.extend(request_id.as_ref().map(|_| "request id".into()));
    seen.extend(traceparent.map(|_| "trace".into()));
    seen.extend(context.as_ref().and_then(|it| Some(format!("context {}", it.user_id.as_ref()?))));
    for name in ["x-roles", "x-user-id"] {
        seen.extend(request.headers().get(name).map(|value| format!("{name} {value:?}")));
    }
    let mut response = Response::new(body(""));
    response.extensions_mut().insert(seen);
    Ok(response)
}

/// What the app sees, and what the client gets, if `filter` is the last of the pipeline.
async fn send(request: Request, pipeline: &str, filter: &str) -> Result<[Words; 2], Box<dyn Error>> {
    let identity: Arc<dyn TokenValidator> = Arc::new(identity::Identity);
    let options = Options { auth_strategy: filter.into(), ..Options::default() };
    let ch03 = EntryPoint::app("ch03:app_factory", |_, _, _| Ok(app_fn(app)));
    let registry = Registry::new(Plugs::default().plug(options).plug(identity));
    let registry = registry.install("nova", ENTRY_POINTS).install("ch03", &[ch03]);
    let loaded = PasteConfig::parse("ch03.ini", INI)?.loader(&registry).load_app(pipeline)?;
    match loaded.0.call(request).await {
        Err(raised) => Ok([Words::new(), Words::from([format!("an exception, {raised}")])]),
        Ok(response) => {
            let mut got: Words = response.headers().keys().map(ToString::to_string).collect();
            got.insert(response.status().as_u16().to_string());
            Ok([response.extensions().get().cloned().unwrap_or_default(), got])
        }
    }
}
