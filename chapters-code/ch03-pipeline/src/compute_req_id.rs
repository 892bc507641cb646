//! Gives each request its id (`nova.api.compute_req_id.ComputeReqIdMiddleware`).

use async_trait::async_trait;
use http::HeaderValue;
use nova_objects::hop;
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use std::sync::Arc;
use uuid::Uuid;

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("nova.api.compute_req_id:ComputeReqIdMiddleware.factory", factory);

/// The filter of oslo that Nova's grew out of. It tells the id in one header only.
pub const ENTRY_POINT_REQUEST_ID: EntryPoint<Factory> =
    EntryPoint::filter("oslo_middleware:RequestId.factory", request_id_factory);

/// The header in which all of OpenStack tells request ids.
const HEADER: &str = "x-openstack-request-id";
/// The header in which Nova told them first.
const COMPUTE_HEADER: &str = "x-compute-request-id";

/// Makes a new request id, `req-` and a UUID, for all that is inside, and tells it to the client.
///
/// An id that the client sends in `X-OpenStack-Request-Id` never takes its place. If it looks
/// like a request id it is kept beside it, as the global request id: so a service that calls
/// Nova finds its own request again in Nova's logs.
pub struct ComputeReqIdMiddleware {
    application: App,
    headers: &'static [&'static str],
}

/// Makes Nova's filter; it has no settings.
///
/// # Errors
///
/// None.
pub fn factory(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    Ok(Box::new(|application| Arc::new(ComputeReqIdMiddleware::new(application))))
}

/// Makes oslo's filter; it has no settings.
///
/// # Errors
///
/// None.
pub fn request_id_factory(
    _: &Loader<'_>,
    _: &GlobalConf,
    _: &LocalConf,
) -> Result<Filter, PasteError> {
    Ok(Box::new(|application| Arc::new(ComputeReqIdMiddleware::request_id(application))))
}

impl ComputeReqIdMiddleware {
    /// Nova's filter around `application`: the id is told in both headers.
    pub fn new(application: App) -> Self {
        Self { application, headers: &[HEADER, COMPUTE_HEADER] }
    }

    /// oslo's filter around `application`.
    pub fn request_id(application: App) -> Self {
        Self { application, headers: &[HEADER] }
    }
}

#[async_trait]
impl Application for ComputeReqIdMiddleware {
    // ANCHOR: call
    async fn call(&self, mut request: Request) -> Result<Response, Raised> {
        let id = format!("req-{}", Uuid::new_v4());
        hop::request_id(&id);
        let global_id = global_request_id(&request);
        let environ = Environ::of_mut(&mut request);
        environ.request_id = Some(id.clone());
        environ.global_request_id = global_id;

        let mut response = self.application.call(request).await?;
        if let Ok(id) = HeaderValue::try_from(id) {
            for header in self.headers.iter().copied() {
                response.headers_mut().entry(header).or_insert_with(|| id.clone());
            }
        }
        Ok(response)
    }
    // ANCHOR_END: call
}

/// The client's own request id, if it is `req-` and a UUID in small letters.
fn global_request_id(request: &Request) -> Option<String> {
    let id = request.headers().get(HEADER)?.to_str().ok()?;
    let uuid = id.strip_prefix("req-")?;
    let canonical = Uuid::try_parse(uuid).is_ok_and(|parsed| parsed.to_string() == uuid);
    canonical.then(|| id.to_owned())
}
