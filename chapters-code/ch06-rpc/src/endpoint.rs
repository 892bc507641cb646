//! The methods that a manager offers to the wire (`oslo_messaging/rpc/dispatcher.py`).

use crate::{MessageContext, MessagingError, version::is_compatible};
use futures_util::{FutureExt, future::BoxFuture};
use nova_objects::{Fields, NovaException, RemoteError, RequestContext};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{collections::HashMap, panic::Location, sync::Arc};

/// A manager's methods, by the names by which clients call them.
///
/// In Python every public method of a manager can be called from outside; here the list says
/// which.
pub struct Endpoint<M> {
    manager: Arc<M>,
    methods: Methods,
}

impl<M: Send + Sync + 'static> Endpoint<M> {
    /// The endpoint of `manager`, without methods yet, in the main namespace.
    pub fn new(manager: Arc<M>, version: &str) -> Self {
        let methods =
            Methods { namespace: None, version: version.to_owned(), by_name: HashMap::new() };
        Self { manager, methods }
    }

    /// Puts the methods into a namespace of their own.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.methods.namespace = Some(namespace.to_owned());
        self
    }

    /// Offers `method` under `name`. The line on which this is called is where the trace says
    /// that the method is.
    #[must_use]
    #[track_caller]
    pub fn method<C, A, R, E, Fut>(
        mut self,
        name: &'static str,
        method: impl Fn(Arc<M>, C, A) -> Fut + Send + Sync + 'static,
    ) -> Self
    where
        C: MessageContext,
        A: DeserializeOwned,
        R: Serialize,
        E: NovaException,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        let manager = Arc::clone(&self.manager);
        let run = move |context, keys: &Fields, args| {
            let context = C::of(context, keys);
            let running = arguments(args).map(|args| method(Arc::clone(&manager), context, args));
            async move {
                let result = running?.await.map_err(|error| RemoteError::from_exception(&error))?;
                let bad = |source| MessagingError::malformed("result", &source);
                Ok(serde_json::to_value(result).map_err(bad)?)
            }
            .boxed()
        };
        let method = Method { location: Location::caller(), run: Box::new(run) };
        self.methods.by_name.insert(name, method);
        self
    }
}

fn arguments<A: DeserializeOwned>(args: Fields) -> Result<A, MessagingError> {
    serde_json::from_value(Value::Object(args))
        .map_err(|source| MessagingError::malformed("args", &source))
}

/// What is left of an endpoint when it no longer matters whose methods they are.
pub(crate) struct Methods {
    namespace: Option<String>,
    version: String,
    by_name: HashMap<&'static str, Method>,
}

/// One method that can be called from outside.
pub(crate) struct Method {
    pub(crate) location: &'static Location<'static>,
    pub(crate) run: Run,
}

type Run = Box<
    dyn Fn(RequestContext, &Fields, Fields) -> BoxFuture<'static, Result<Value, RemoteError>>
        + Send
        + Sync,
>;

impl<M> From<Endpoint<M>> for Methods {
    fn from(endpoint: Endpoint<M>) -> Self {
        endpoint.methods
    }
}

impl Methods {
    /// Are these the methods of `namespace`, and do they get on with clients of `version`?
    pub(crate) fn serve(&self, namespace: Option<&str>, version: &str) -> bool {
        self.namespace.as_deref() == namespace && is_compatible(&self.version, version)
    }

    /// The method called `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&Method> {
        self.by_name.get(name)
    }
}
