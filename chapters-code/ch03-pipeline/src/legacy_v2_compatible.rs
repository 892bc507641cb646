//! Lets the v2.1 API pass for the old v2 (`nova.api.openstack.LegacyV2CompatibleWrapper`).

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue, header};
use nova_paste::{
    App, Application, EntryPoint, Environ, Factory, Filter, GlobalConf, Loader, LocalConf,
    PasteError, Raised, Request, Response,
};
use std::sync::Arc;

/// Where the factory stands in a configuration file.
pub const ENTRY_POINT: EntryPoint<Factory> =
    EntryPoint::filter("nova.api.openstack:LegacyV2CompatibleWrapper.factory", factory);

/// The headers that speak of microversions: the period's, and the one that followed it. Spelled
/// as `Vary` has them.
const API_VERSION_HEADERS: [&str; 2] = ["X-OpenStack-Nova-API-Version", "OpenStack-API-Version"];

/// Keeps microversions from clients that know of none.
///
/// Going in, the request loses the header that asks for a microversion, and is marked, so that
/// its body is checked less strictly. Going out, the response loses the headers that name one.
pub struct LegacyV2CompatibleWrapper {
    application: App,
}

/// Makes the filter; it has no settings.
///
/// # Errors
///
/// None.
pub fn factory(_: &Loader<'_>, _: &GlobalConf, _: &LocalConf) -> Result<Filter, PasteError> {
    Ok(Box::new(|application| Arc::new(LegacyV2CompatibleWrapper::new(application))))
}

impl LegacyV2CompatibleWrapper {
    /// The filter around `application`.
    pub fn new(application: App) -> Self {
        Self { application }
    }
}

#[async_trait]
impl Application for LegacyV2CompatibleWrapper {
    // ANCHOR: call
    async fn call(&self, mut request: Request) -> Result<Response, Raised> {
        Environ::of_mut(&mut request).legacy_v2 = true;
        remove_versions(request.headers_mut());
        let mut response = self.application.call(request).await?;
        remove_versions(response.headers_mut());
        filter_vary(response.headers_mut());
        Ok(response)
    }
    // ANCHOR_END: call
}

fn remove_versions(headers: &mut HeaderMap) {
    for name in API_VERSION_HEADERS {
        headers.remove(name);
    }
}

/// Takes the version headers out of `Vary`, which loses its blanks on the way.
fn filter_vary(headers: &mut HeaderMap) {
    let vary = headers.get_all(header::VARY).iter().filter_map(|value| value.to_str().ok());
    let names = vary.flat_map(|value| value.split(',').map(str::trim));
    let names: Vec<&str> = names.filter(|name| !API_VERSION_HEADERS.contains(name)).collect();
    let filtered = (!names.is_empty()).then(|| HeaderValue::try_from(names.join(",")));
    headers.remove(header::VARY);
    if let Some(Ok(vary)) = filtered {
        headers.insert(header::VARY, vary);
    }
}
