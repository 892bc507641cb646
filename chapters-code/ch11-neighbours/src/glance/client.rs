//! The image service as Nova asks it (`nova/image/glance.py` `GlanceImageServiceV2`).

use crate::RestClient;
use async_trait::async_trait;
use http::StatusCode;
use nova_objects::{ImageApi, ImageMeta, RemoteError, RequestContext};

/// Asks a Glance, ours or a real one.
#[derive(Clone)]
pub struct GlanceClient {
    rest: RestClient,
}

impl GlanceClient {
    /// A client of the Glance at `endpoint`: `http://127.0.0.1:9292`.
    pub fn new(endpoint: &str) -> Self {
        Self { rest: RestClient::new("glance", endpoint) }
    }
}

#[async_trait]
impl ImageApi for GlanceClient {
    async fn get(
        &self,
        context: &RequestContext,
        image_id: &str,
    ) -> Result<Option<ImageMeta>, RemoteError> {
        let answer = self.rest.get(context, &format!("/v2/images/{image_id}")).await?;
        match answer.status {
            StatusCode::OK => serde_json::from_slice(&answer.body)
                .map(Some)
                .map_err(|error| self.rest.failed("InvalidResponse", &error)),
            // Glance hides what is not the caller's.
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => Ok(None),
            other => Err(self.rest.failed("HttpError", &format!("answered {other}"))),
        }
    }
}
