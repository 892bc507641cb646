//! Which method answers, and what comes of it (`oslo_messaging/rpc/dispatcher.py`).

use crate::{
    Failure, MessagingError, Request,
    endpoint::{Method, Methods},
    message::unpack_context,
};
use futures_util::FutureExt;
use nova_objects::{
    Fields, RemoteError, RequestContext,
    hop::{self, Kind},
};
use serde::Serialize;
use serde_json::Value;
use std::{
    any::Any,
    panic::{AssertUnwindSafe, Location},
};
use tracing::Instrument;

/// What a trace is told of a message that has arrived.
#[derive(Serialize)]
struct Asked {
    /// Does somebody wait for the answer?
    awaited: bool,
}

/// The endpoints of one server.
pub(crate) struct Dispatcher {
    pub(crate) lane: String,
    pub(crate) endpoints: Vec<Methods>,
    /// Where the server was made: a request that finds no method ends there.
    pub(crate) location: &'static Location<'static>,
}

impl Dispatcher {
    /// Runs the method that `request` asks for, inside the first hop of this service.
    pub(crate) async fn dispatch(&self, request: Request) -> Result<Value, Failure> {
        let Request { method: name, args, namespace, version, context, reply_to, .. } = request;
        let method = self.find(namespace.as_deref(), &name, &version);
        let location = method.as_ref().map_or(self.location, |method| method.location);
        let failure = |error| Failure::of(error, &name, location);
        let keys = context;
        let context = unpack_context(&keys).map_err(|error| failure(error.into()))?;
        let hop = hop::arrival(Kind::Rpc, &name, &self.lane, &context, location);
        let run = async {
            hop::data(&Asked { awaited: reply_to.is_some() });
            let result = run(method, context, &keys, args).await;
            if let Err(error) = &result {
                hop::failed(&error.class, format_args!("{}: {error}", error.class));
            }
            result
        };
        run.instrument(hop).await.map_err(failure)
    }

    /// The first endpoint that serves the namespace, gets on with the version, and has the method.
    fn find(
        &self,
        namespace: Option<&str>,
        method: &str,
        version: &str,
    ) -> Result<&Method, MessagingError> {
        let mut serving = self.endpoints.iter().filter(|e| e.serve(namespace, version)).peekable();
        if serving.peek().is_none() {
            let (version, method) = (version.to_owned(), method.to_owned());
            return Err(MessagingError::UnsupportedVersion { version, method });
        }
        serving
            .find_map(|endpoint| endpoint.get(method))
            .ok_or_else(|| MessagingError::NoSuchMethod(method.to_owned()))
    }
}

async fn run(
    method: Result<&Method, MessagingError>,
    context: RequestContext,
    keys: &Fields,
    args: Fields,
) -> Result<Value, RemoteError> {
    let method = method?;
    let running = async { (method.run)(context, keys, args).await };
    let result = AssertUnwindSafe(running).catch_unwind().await;
    result.unwrap_or_else(|panic| Err(MessagingError::Panicked(text_of(&*panic)).into()))
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no text").to_owned()
}
