//! How the WebDriver client speaks HTTP: with hyper, which is there.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy, rt::TokioExecutor};
use std::{error::Error, sync::Arc, time::Duration};
use thirtyfour::{
    error::{WebDriverErrorInner, WebDriverResult},
    session::http::{Body, HttpClient},
};
use tokio::time::timeout;

/// A command that takes longer does not come back.
const PATIENCE: Duration = Duration::from_secs(120);

type BoxError = Box<dyn Error + Send + Sync>;

/// It keeps its connection.
pub(crate) struct Client(legacy::Client<legacy::connect::HttpConnector, Full<Bytes>>);

impl Default for Client {
    fn default() -> Self {
        Self(legacy::Client::builder(TokioExecutor::new()).build_http())
    }
}

impl Client {
    async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, BoxError> {
        let answer = timeout(PATIENCE, self.0.request(request)).await??;
        let (parts, body) = answer.into_parts();
        let body = timeout(PATIENCE, body.collect()).await??;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send(&self, request: Request<Body<'_>>) -> WebDriverResult<Response<Bytes>> {
        let request = request.map(|body| match body {
            Body::Empty => Full::default(),
            Body::Json(json) => Full::from(json.to_string()),
        });
        let failed = |why: BoxError| WebDriverErrorInner::RequestFailed(why.to_string());
        Ok(self.ask(request).await.map_err(failed)?)
    }

    async fn new(&self) -> Arc<dyn HttpClient> {
        Arc::new(Self::default())
    }
}
