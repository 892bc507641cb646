//! The image service as Nova asks it (nova 14.0.0, `nova/image/glance.py`
//! `GlanceImageServiceV2`).

use super::{image_data::OCTET_STREAM, json_patch::JSON_PATCH};
use crate::{RestClient, Retries, rest::Answer};
use async_trait::async_trait;
use http::{Request, StatusCode, header, request::Builder};
use nova_objects::{
    ImageApi, ImageMeta, RemoteError, RequestContext, query::text_of, sockets::ImageQuery,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::{path::Path, time::Duration};

/// Asks a Glance, ours or a real one.
#[derive(Clone)]
pub struct GlanceClient {
    rest: RestClient,
}

/// A page of images.
#[derive(serde::Deserialize)]
struct Images {
    images: Vec<ImageMeta>,
}

impl GlanceClient {
    /// A client of the Glance at `endpoint`: `http://127.0.0.1:9292`.
    pub fn new(endpoint: &str) -> Self {
        Self { rest: RestClient::new("glance", endpoint) }
    }

    /// The same client of a Glance that answers at several places, which are asked in turn:
    /// `[glance] api_servers`. (Nova shuffles them first.)
    #[must_use]
    pub fn api_servers(self, api_servers: &[String]) -> Self {
        Self { rest: self.rest.endpoints(api_servers) }
    }

    /// The same client, which asks so often once more: `[glance] num_retries`.
    #[must_use]
    pub fn num_retries(self, times: u32) -> Self {
        let pause = Duration::from_secs(1);
        Self { rest: self.rest.retries(Retries { times, pause, growth: 1, if_unavailable: true }) }
    }

    #[track_caller]
    fn ask(
        &self,
        context: &RequestContext,
        request: Builder,
        body: Option<&Value>,
    ) -> impl Future<Output = Result<Answer, RemoteError>> + Send {
        self.rest.send(context, identified(context, request), body)
    }

    /// What a good answer says. What Glance calls bad input is bad input of Nova's client too.
    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, RemoteError> {
        self.check(answer)?;
        serde_json::from_slice(&answer.body)
            .map_err(|error| self.rest.failed("InvalidResponse", &error))
    }

    fn check(&self, answer: &Answer) -> Result<(), RemoteError> {
        let status = answer.status;
        match status {
            StatusCode::BAD_REQUEST => Err(refusal("Invalid", status, message(answer))),
            _ if status.is_success() => Ok(()),
            _ => Err(self.rest.failed("HttpError", &format!("answered {status}"))),
        }
    }

    /// Are the data that were brought those that Glance has? (glanceclient's `integrity_iter`)
    fn check_integrity(&self, answer: &Answer) -> Result<(), RemoteError> {
        let Some(expected) = answer.headers.get("content-md5") else { return Ok(()) };
        if expected.as_bytes() == &*answer.body {
            return Ok(());
        }
        let (was, expected) =
            (String::from_utf8_lossy(&answer.body), String::from_utf8_lossy(expected.as_bytes()));
        let problem = format!("Corrupt image download. Checksum was {was} expected {expected}");
        Err(self.rest.failed("IOError", &problem))
    }

    /// Was it done? It was not if there is no such image.
    fn done(&self, answer: &Answer, image_id: &str) -> Result<bool, RemoteError> {
        match answer.status {
            StatusCode::NOT_FOUND => Ok(false),
            StatusCode::FORBIDDEN => Err(not_authorized_for(image_id)),
            _ => self.check(answer).map(|()| true),
        }
    }
}

#[async_trait]
impl ImageApi for GlanceClient {
    async fn get(
        &self,
        context: &RequestContext,
        image_id: &str,
    ) -> Result<Option<ImageMeta>, RemoteError> {
        let answer = self.ask(context, Request::get(image_path(image_id)), None).await?;
        match answer.status {
            // That an image is somebody else's is nobody's business.
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => Ok(None),
            _ => self.read(&answer).map(Some),
        }
    }

    async fn get_all(
        &self,
        context: &RequestContext,
        query: &ImageQuery,
    ) -> Result<Vec<ImageMeta>, RemoteError> {
        let request = Request::get(format!("/v2/images?{}", options(query)));
        Ok(self.read::<Images>(&self.ask(context, request, None).await?)?.images)
    }

    async fn create(
        &self,
        context: &RequestContext,
        image: ImageMeta,
    ) -> Result<ImageMeta, RemoteError> {
        let said = Value::Object(said(&image));
        let answer = self.ask(context, Request::post("/v2/images"), Some(&said)).await?;
        match answer.status {
            StatusCode::FORBIDDEN => Err(not_authorized(message(&answer))),
            _ => self.read(&answer),
        }
    }

    async fn update(
        &self,
        context: &RequestContext,
        image: ImageMeta,
    ) -> Result<Option<ImageMeta>, RemoteError> {
        let Some(current) = self.get(context, &image.id).await? else { return Ok(None) };
        let changes = changes(&said(&current), &said(&image));
        if changes.is_empty() {
            return Ok(Some(current));
        }
        let request =
            Request::patch(image_path(&image.id)).header(header::CONTENT_TYPE, JSON_PATCH);
        let answer = self.ask(context, request, Some(&changes.into())).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::FORBIDDEN => Err(not_authorized_for(&image.id)),
            _ => self.read(&answer).map(Some),
        }
    }

    async fn upload(
        &self,
        context: &RequestContext,
        image_id: &str,
        source: &Path,
    ) -> Result<bool, RemoteError> {
        let request = Request::put(format!("{}/file", image_path(image_id)))
            .header(header::CONTENT_TYPE, OCTET_STREAM);
        let request = identified(context, request);
        self.done(&self.rest.upload(context, request, source).await?, image_id)
    }

    async fn download(
        &self,
        context: &RequestContext,
        image_id: &str,
        dest_path: &Path,
    ) -> Result<bool, RemoteError> {
        let request = Request::get(format!("{}/file", image_path(image_id)));
        let answer = self.rest.download(context, identified(context, request), dest_path).await?;
        match answer.status {
            StatusCode::NO_CONTENT | StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => Ok(false),
            _ => {
                self.check(&answer)?;
                self.check_integrity(&answer).map(|()| true)
            }
        }
    }

    async fn delete(&self, context: &RequestContext, image_id: &str) -> Result<bool, RemoteError> {
        let answer = self.ask(context, Request::delete(image_path(image_id)), None).await?;
        self.done(&answer, image_id)
    }
}

/// Says for whom Nova asks (`generate_identity_headers`): a Glance that asks no identity service
/// has to believe it.
fn identified(context: &RequestContext, request: Builder) -> Builder {
    let admin = context.is_admin.then_some("admin");
    let roles: Vec<&str> = context.roles.iter().map(String::as_str).chain(admin).collect();
    let roles = roles.join(",");
    let headers = [
        ("x-user-id", context.user_id.as_deref()),
        ("x-tenant-id", context.project_id.as_deref()),
        ("x-roles", Some(roles.as_str()).filter(|roles| !roles.is_empty())),
        ("x-identity-status", Some("Confirmed")),
    ];
    let said = headers.into_iter().filter_map(|(name, value)| Some((name, value?)));
    said.fold(request, |all, (name, value)| all.header(name, value.as_bytes()))
}

/// A refusal that Nova's client may read.
fn refusal(class: &str, status: StatusCode, message: String) -> RemoteError {
    RemoteError {
        class: class.into(),
        module: "nova.exception".into(),
        message,
        kwargs: Map::from_iter([("code".to_owned(), status.as_u16().into())]),
    }
}

fn not_authorized(message: String) -> RemoteError {
    refusal("ImageNotAuthorized", StatusCode::FORBIDDEN, message)
}

fn not_authorized_for(image_id: &str) -> RemoteError {
    not_authorized(format!("Not authorized for image {image_id}."))
}

/// What an answer says went wrong: ours say it in JSON, a real Glance on a page.
fn message(answer: &Answer) -> String {
    let fault: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let fault = fault.as_ref().and_then(Value::as_object).and_then(|all| all.values().next());
    let text = fault.and_then(|fault| fault["message"].as_str());
    text.map_or_else(|| format!("glance answered {}", answer.status), str::to_owned)
}

/// What stands in URLs as it is.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_');

fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, &PLAIN)
}

fn image_path(image_id: &str) -> String {
    format!("/v2/images/{}", encode(image_id))
}

fn options(query: &ImageQuery) -> String {
    let limit = query.limit.map(|limit| ("limit", limit.to_string().into()));
    let marker = query.marker.as_deref().map(|marker| ("marker", marker.into()));
    let filters = query.filters.iter().map(|(name, value)| (name.as_str(), text_of(value)));
    let pairs = limit.into_iter().chain(marker).chain(filters);
    let pairs = pairs.map(|(name, value)| format!("{}={}", encode(name), encode(&value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// What people say of an image; the rest is Glance's to say.
fn said(image: &ImageMeta) -> Map<String, Value> {
    const SETTABLE: [&str; 8] = [
        "name",
        "disk_format",
        "container_format",
        "min_disk",
        "min_ram",
        "visibility",
        "protected",
        "tags",
    ];
    let Ok(Value::Object(all)) = serde_json::to_value(image) else { return Map::new() };
    let is_said = |name: &str| SETTABLE.contains(&name) || !ImageMeta::is_base_property(name);
    all.into_iter().filter(|(name, value)| is_said(name) && !value.is_null()).collect()
}

/// What makes `wanted` of `current`. What every image has can be changed, not taken away.
fn changes(current: &Map<String, Value>, wanted: &Map<String, Value>) -> Vec<Value> {
    let path = |name: &str| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    let is_gone =
        |name: &&String| !wanted.contains_key(*name) && !ImageMeta::is_base_property(name);
    let gone = current.keys().filter(is_gone);
    let gone = gone.map(|name| json!({ "op": "remove", "path": path(name) }));
    let is_new = |(name, value): &(&String, &Value)| current.get(*name) != Some(*value);
    let new = wanted.iter().filter(is_new);
    let new = new.map(|(name, value)| json!({ "op": "add", "path": path(name), "value": value }));
    gone.chain(new).collect()
}
