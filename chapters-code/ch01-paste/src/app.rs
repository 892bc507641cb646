//! Apps and filters: the contract that WSGI is, in Rust.

use crate::Raised;
use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use std::{error::Error, sync::Arc};

/// A body as it streams by (`wsgi.input`): who needs the whole collects it.
pub type Body = BoxBody<Bytes, Box<dyn Error + Send + Sync>>;

/// A request, with its [`Environ`](crate::Environ) among the extensions.
pub type Request = http::Request<Body>;

/// A response.
pub type Response = http::Response<Body>;

// ANCHOR: contract
/// What answers requests: Python's WSGI application.
#[async_trait]
pub trait Application: Send + Sync {
    /// Answers, or raises what Python would raise as an exception: it travels outwards through
    /// the filters until one of them turns it into an answer.
    async fn call(&self, request: Request) -> Result<Response, Raised>;
}

/// A shared [`Application`]. One app serves many requests at once.
pub type App = Arc<dyn Application>;

/// Takes an app and gives one that does something before, after, or instead of it.
pub type Filter = Box<dyn FnOnce(App) -> App + Send>;
// ANCHOR_END: contract

/// A body that is there already.
pub fn body(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed()
}

/// An app made of a function.
///
/// ```
/// use nova_paste::{app_fn, body};
///
/// let hello = app_fn(async |_request| Ok(http::Response::new(body("hello"))));
/// ```
pub fn app_fn<F, A>(function: F) -> App
where
    F: Fn(Request) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Response, Raised>> + Send + 'static,
{
    Arc::new(AppFn(function))
}

struct AppFn<F>(F);

#[async_trait]
impl<F, A> Application for AppFn<F>
where
    F: Fn(Request) -> A + Send + Sync,
    A: Future<Output = Result<Response, Raised>> + Send,
{
    async fn call(&self, request: Request) -> Result<Response, Raised> {
        (self.0)(request).await
    }
}
