//! The image service as Nova asks it (`nova/image/glance.py` `GlanceImageServiceV2`).

use crate::{RestClient, rest::Answer};
use async_trait::async_trait;
use http::{Request, StatusCode, header};
use nova_objects::{
    ImageApi, ImageMeta, RemoteError, RequestContext, query::text_of, sockets::ImageQuery,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Asks a Glance, ours or a real one.
#[derive(Clone)]
pub struct GlanceClient {
    rest: RestClient,
}

/// How a change of an image is written (RFC 6902, in Glance's own dialect).
const JSON_PATCH: &str = "application/openstack-images-v2.1-json-patch";

impl GlanceClient {
    /// A client of the Glance at `endpoint`: `http://127.0.0.1:9292`.
    pub fn new(endpoint: &str) -> Self {
        Self { rest: RestClient::new("glance", endpoint) }
    }

    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, RemoteError> {
        if !answer.status.is_success() {
            let status = answer.status;
            return Err(self.rest.failed("HttpError", &format!("answered {status}")));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|error| self.rest.failed("InvalidResponse", &error))
    }

    /// The same, but an image that is not there, or not the caller's, is no error.
    fn found<T: DeserializeOwned>(&self, answer: &Answer) -> Result<Option<T>, RemoteError> {
        match answer.status {
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => Ok(None),
            _ => self.read(answer).map(Some),
        }
    }
}

/// A page of images.
#[derive(serde::Deserialize)]
struct Images {
    images: Vec<ImageMeta>,
}

#[async_trait]
impl ImageApi for GlanceClient {
    async fn get(
        &self,
        context: &RequestContext,
        image_id: &str,
    ) -> Result<Option<ImageMeta>, RemoteError> {
        self.found(&self.rest.get(context, &image_path(image_id)).await?)
    }

    async fn get_all(
        &self,
        context: &RequestContext,
        query: &ImageQuery,
    ) -> Result<Vec<ImageMeta>, RemoteError> {
        let answer = self.rest.get(context, &format!("/v2/images?{}", options(query))).await?;
        Ok(self.read::<Images>(&answer)?.images)
    }

    async fn create(
        &self,
        context: &RequestContext,
        image: ImageMeta,
    ) -> Result<ImageMeta, RemoteError> {
        let request = Request::post("/v2/images");
        self.read(&self.rest.send(context, request, Some(&settable(&image))).await?)
    }

    async fn update(
        &self,
        context: &RequestContext,
        image: ImageMeta,
    ) -> Result<Option<ImageMeta>, RemoteError> {
        let Some(current) = self.get(context, &image.id).await? else { return Ok(None) };
        let patch = patch(&settable(&current), &settable(&image));
        let request =
            Request::patch(image_path(&image.id)).header(header::CONTENT_TYPE, JSON_PATCH);
        self.found(&self.rest.send(context, request, Some(&patch)).await?)
    }

    async fn delete(&self, context: &RequestContext, image_id: &str) -> Result<bool, RemoteError> {
        let request = Request::delete(image_path(image_id));
        let answer = self.rest.send(context, request, None).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(false),
            status if status.is_success() => Ok(true),
            status => Err(self.rest.failed("HttpError", &format!("answered {status}"))),
        }
    }
}

fn image_path(image_id: &str) -> String {
    format!("/v2/images/{}", utf8_percent_encode(image_id, NON_ALPHANUMERIC)).replace("%2D", "-")
}

fn options(query: &ImageQuery) -> String {
    let marker = query.marker.iter().map(|marker| ("marker", marker.clone()));
    let limit = query.limit.iter().map(|limit| ("limit", limit.to_string()));
    let filters =
        query.filters.iter().map(|(name, value)| (name.as_str(), text_of(value).into_owned()));
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = filters.chain(marker).chain(limit);
    pairs.map(|(name, value)| format!("{name}={}", encode(&value))).collect::<Vec<_>>().join("&")
}

/// What a client may say of an image; the rest is Glance's to say.
fn settable(image: &ImageMeta) -> Value {
    const GLANCE: [&str; 13] = [
        "id",
        "status",
        "size",
        "checksum",
        "created_at",
        "updated_at",
        "file",
        "self",
        "schema",
        "virtual_size",
        "owner",
        "direct_url",
        "locations",
    ];
    let fields = match serde_json::to_value(image) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
    fields.filter(|(name, _)| !GLANCE.contains(&name.as_str())).collect()
}

/// What makes `wanted` of `current`.
fn patch(current: &Value, wanted: &Value) -> Value {
    let fields = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (current, wanted) = (fields(current), fields(wanted));
    let path = |name: &str| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    let gone = current.keys().filter(|name| !wanted.contains_key(*name));
    let gone = gone.map(|name| json!({ "op": "remove", "path": path(name) }));
    let set = wanted.iter().filter_map(|(name, value)| match current.get(name) {
        Some(same) if same == value => None,
        Some(_) => Some(json!({ "op": "replace", "path": path(name), "value": value })),
        None => Some(json!({ "op": "add", "path": path(name), "value": value })),
    });
    gone.chain(set).collect()
}
